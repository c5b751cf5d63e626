"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Input, Select } from "@/components/ui/field"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useConnectCaldav } from "@/lib/client/connections"
import { errorText, ProblemError } from "@/lib/client/fetch-json"
import {
  CALDAV_PRESETS,
  type CaldavLogin,
  type CaldavPresetId,
  presetOf,
  serverAddress,
} from "@/lib/domain/caldav-preset"

/** Which field a refusal is about. */
const FIELD_OF: Readonly<Record<string, "server" | "password">> = {
  "caldav-password": "password",
  "caldav-none": "server",
  "caldav-host": "server",
  "caldav-unreachable": "server",
}

/** Connects an account by its server's address and a password. @param again the account that is connected again */
export function CaldavForm({ again, onDone }: { readonly again?: CaldavLogin; readonly onDone?: () => void }) {
  const [presetId, setPresetId] = useState<CaldavPresetId>(again ? presetOf(again.server) : "icloud")
  const [server, setServer] = useState(again?.server ?? "")
  const [username, setUsername] = useState(again?.username ?? "")
  const [password, setPassword] = useState("")
  const [tried, setTried] = useState(false)
  const connect = useConnectCaldav()
  const preset = CALDAV_PRESETS.find(({ id }) => id === presetId) ?? CALDAV_PRESETS[0]
  if (!preset) return null
  const address = serverAddress(again ? again.server : (preset.server ?? server))
  const refused = connect.error instanceof ProblemError ? FIELD_OF[connect.error.code] : undefined
  const said = refused && connect.error ? errorText(connect.error) : undefined
  const errors = {
    server: tried && !address ? "Write it as https://calendar.example.com." : refused === "server" ? said : undefined,
    username: tried && !username.trim() ? "Is needed." : undefined,
    password: tried && !password ? "Is needed." : refused === "password" ? said : undefined,
  }
  const asksServer = preset.server === null && !again
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!address || !username.trim() || !password) return
    const done = () => {
      setPassword("")
      setTried(false)
      onDone?.()
    }
    connect.mutate({ server: address, username, password }, { onSuccess: done })
  }
  return (
    <form onSubmit={submit} noValidate aria-label="CalDAV account" className="grid max-w-md grid-cols-1 gap-4">
      {!again && (
        <Field label="Kind of account">
          {(ids) => (
            <Select
              {...ids}
              value={presetId}
              onChange={(e) => {
                setPresetId(e.target.value as CaldavPresetId)
                connect.reset()
              }}
            >
              {CALDAV_PRESETS.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {asksServer && (
        <Field label="Server" hint={`Like ${preset.example}`} {...(errors.server && { error: errors.server })}>
          {(ids) => (
            <Input
              {...ids}
              inputMode="url"
              autoCapitalize="none"
              spellCheck={false}
              value={server}
              onChange={(e) => setServer(e.target.value)}
            />
          )}
        </Field>
      )}
      {again && <p className="text-sm text-ink-soft [overflow-wrap:anywhere]">Server: {again.server}</p>}
      <Field label={preset.userLabel} {...(errors.username && { error: errors.username })}>
        {(ids) => (
          <Input
            {...ids}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            readOnly={again !== undefined}
            value={username}
            onChange={(e) => setUsername(e.target.value)}
          />
        )}
      </Field>
      <Field label={preset.passwordLabel} hint={preset.help} {...(errors.password && { error: errors.password })}>
        {(ids) => (
          <Input
            {...ids}
            type="password"
            autoComplete="off"
            value={password}
            onChange={(e) => setPassword(e.target.value)}
          />
        )}
      </Field>
      {!asksServer && errors.server && (
        <Notice tone="danger" live>
          {errors.server}
        </Notice>
      )}
      {connect.isError && !refused && <ProblemNotice error={connect.error} />}
      {connect.isSuccess && (
        <Notice tone="good" live>
          Connected.
        </Notice>
      )}
      <Button type="submit" variant="primary" className="justify-self-start" pending={connect.isPending}>
        {again ? "Connect again" : "Connect by CalDAV"}
      </Button>
    </form>
  )
}
