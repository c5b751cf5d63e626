import "server-only"
import { createAnthropic } from "@ai-sdk/anthropic"
import { createGoogleGenerativeAI } from "@ai-sdk/google"
import { createOpenAICompatible } from "@ai-sdk/openai-compatible"
import type { wrapLanguageModel } from "ai"
import type { ModelSettings } from "../../config/model-settings"
import { outsideFetch } from "./outside-fetch"

/** A model that can be asked, of whatever provider. */
export type Model = Parameters<typeof wrapLanguageModel>[0]["model"]

/**
 * A redirect would carry the key elsewhere, so none is followed. A host of the installation's own choice may be a private one: the rules for hosts that strangers
 * name (`outside-fetch.ts`) are not meant for it.
 */
const straight: typeof fetch = (input, init) => fetch(input, { ...init, redirect: "error" })

/** @returns a model that has not been asked anything yet */
export function languageModel({ provider, model, baseUrl, key, hosts, timeoutMs }: ModelSettings): Model {
  const common = {
    fetch: hosts === "chosen" ? straight : outsideFetch(hosts, timeoutMs),
    ...(key !== null && { apiKey: key }),
    ...(baseUrl !== null && { baseURL: baseUrl }),
  }
  switch (provider) {
    case "openai-compatible":
      return createOpenAICompatible({ ...common, name: "openai-compatible", baseURL: baseUrl ?? "" })(model)
    case "anthropic":
      return createAnthropic(common)(model)
    case "google":
      return createGoogleGenerativeAI(common)(model)
  }
}
