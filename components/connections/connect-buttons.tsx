import { Button } from "@/components/ui/button"
import { type ConnectableProvider, connectUrl } from "@/lib/client/connections"

export const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  google: "Google Calendar",
  microsoft: "Outlook",
  caldav: "CalDAV",
}

const PROVIDERS: readonly ConnectableProvider[] = ["google", "microsoft"]

/** Plain links: the next page is the provider's. */
export const ConnectButtons = ({ primary }: { readonly primary?: boolean }) => (
  <div className="flex flex-wrap gap-2">
    {PROVIDERS.map((provider) => (
      <Button key={provider} asChild variant={primary ? "primary" : "secondary"}>
        <a href={connectUrl(provider)}>Connect {PROVIDER_NAMES[provider]}</a>
      </Button>
    ))}
  </div>
)
