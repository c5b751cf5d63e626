import "server-only"
import type { Adapter, AdapterUser } from "next-auth/adapters"
import { tokenHash } from "../../domain/token-hash"
import type { AccountKey, IdentityStore, User } from "../../ports/identity-store"

/**
 * What next-auth needs of our tables. Sessions are kept by the hash of their token, provider tokens not at all. It is told of no present session, because
 * it would add a new account to whoever is signed in: here a sign-in always starts from the account, and the session it
 * replaces ends.
 */
export function nextAuthAdapter(identities: IdentityStore, replacedToken: string | null): Adapter {
  const replaced = replacedToken === null ? null : tokenHash(replacedToken)

  return {
    createUser: async (user: Omit<AdapterUser, "id">) =>
      adapterUser(await identities.createUser({ name: user.name ?? user.email, email: user.email })),
    getUser: async (id) => orNull(await identities.findUser(id)),
    getUserByEmail: async (email) => orNull(await identities.findUserByEmail(email)),
    getUserByAccount: async (account) => orNull(await identities.findUserByAccount(keyOf(account))),
    linkAccount: async (account: AccountKey & { readonly userId: string }) => {
      await identities.linkAccount(account.userId, keyOf(account))
    },

    createSession: async (session) => {
      await identities.openSession(tokenHash(session.sessionToken), session.userId)
      if (replaced) await identities.closeSession(replaced)
      return session
    },
    getSessionAndUser: async () => null,
    deleteSession: async (sessionToken) => {
      await identities.closeSession(tokenHash(sessionToken))
    },
  }
}

const keyOf = ({ provider, providerAccountId }: AccountKey): AccountKey => ({ provider, providerAccountId })

const adapterUser = (user: User): AdapterUser => ({ ...user, emailVerified: null })

const orNull = (user: User | null): AdapterUser | null => user && adapterUser(user)
