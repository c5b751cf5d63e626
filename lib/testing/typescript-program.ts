/** How node runs a TypeScript program of this checkout, with the exports that server code gets. */
export const TYPESCRIPT_PROGRAM = ["--conditions=react-server", "--import", "tsx"] as const
