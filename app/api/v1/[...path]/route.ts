import { v1Handlers } from "@/lib/http/v1/listener"

export const { GET, POST, PUT, PATCH, DELETE } = v1Handlers
