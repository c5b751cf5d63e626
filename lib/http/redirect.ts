/** To a page of ours or a provider's. `Response.redirect` makes headers that cannot be added to. */
export function redirectTo(location: string, cookie: string): Response {
  return new Response(null, { status: 303, headers: { location, "set-cookie": cookie } })
}
