declare module "swagger-ui-dist/swagger-ui-es-bundle" {
  interface Options {
    readonly domNode: HTMLElement
    readonly url: string
    readonly docExpansion: "list" | "full" | "none"
    readonly deepLinking: boolean
  }
  export default function SwaggerUI(options: Options): unknown
}
