import type { Metadata } from "next"
import Link from "next/link"
import { ApiReference } from "@/components/docs/api-reference"
import { PageFrame } from "@/components/shell/page-frame"

export const metadata: Metadata = { title: "API reference" }

export default async function ApiReferencePage() {
  const documents = (
    <>
      As OpenAPI 3.1:{" "}
      <a href="/api/v1/openapi.json" className="text-accent underline">
        everything
      </a>
      , or{" "}
      <a href="/api/v1/openapi-assistant.json" className="text-accent underline">
        what a chat assistant needs
      </a>
      . How it works is on{" "}
      <Link href="/docs" className="text-accent underline">
        one page
      </Link>
      .
    </>
  )
  return (
    <PageFrame title="API reference" intro={documents} wide>
      <ApiReference />
    </PageFrame>
  )
}
