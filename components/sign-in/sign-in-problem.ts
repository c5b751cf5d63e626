const WORDS: Readonly<Record<string, string>> = {
  AccessDenied: "You were not signed in: the permission was not given, or your email address is not verified there.",
  OAuthAccountNotLinked: "This email address already signs in here with the other provider. Use that one.",
  OAuthSignin: "The provider could not be asked to sign you in. Try again.",
  OAuthCallback: "The sign-in was interrupted. Try again.",
  Callback: "The sign-in could not be finished. Try again.",
  SessionRequired: "Sign in to see that page.",
  Configuration: "Sign-in is not set up correctly here. Tell the person who runs this installation.",
}

/** next-auth's error code in words. */
export const signInProblem = (code: string): string => WORDS[code] ?? "You were not signed in. Try again."
