"use client"

import "swagger-ui-dist/swagger-ui.css"
import { useEffect, useRef } from "react"

/** Swagger UI over this installation's own document; nothing is loaded from elsewhere. Its style knows light only: the dark one is its negative. */
export function ApiReference() {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const domNode = place.current
    let left = false
    void import("swagger-ui-dist/swagger-ui-es-bundle").then(({ default: SwaggerUI }) => {
      if (domNode && !left) SwaggerUI({ domNode, url: "/api/v1/openapi.json", docExpansion: "list", deepLinking: true })
    })
    return () => {
      left = true
      domNode?.replaceChildren()
    }
  }, [])
  return (
    <div
      ref={place}
      className="min-h-96 rounded-xl border border-line bg-white p-2 text-black dark:hue-rotate-180 dark:invert-[0.92]"
    />
  )
}
