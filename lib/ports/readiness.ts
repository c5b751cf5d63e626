export interface ReadinessCheck {
  readonly name: "database" | "migrations" | "log-rights" | "sealer"
  readonly ok: boolean
  /** What is wrong, for operators; no secrets, no addresses. */
  readonly detail?: string
}

/** May this process take requests? Asked often: cheap, and never throws. */
export interface Readiness {
  checks(): Promise<readonly ReadinessCheck[]>
}
