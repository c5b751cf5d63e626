import "server-only"

/*
 * An event's id here: the name of its resource (the last part of its address, unescaped), and for one instance of a series `#` and its RECURRENCE-ID in UTC
 * (`20261124T090000Z`), or as a date (`20261124`). A resource whose own name ends like an instance, or in `#`, gets one `#` more.
 */

export interface EventName {
  readonly resource: string
  /** Which instance: ISO instant or `YYYY-MM-DD`; null for the whole resource. */
  readonly instance: string | null
}

const INSTANCE = /#(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/

export function eventId({ resource, instance }: EventName): string {
  if (instance !== null) return `${resource}#${instance.replace(/\.\d+/, "").replaceAll(/[-:]/g, "")}`
  return resource.endsWith("#") || INSTANCE.test(resource) ? `${resource}#` : resource
}

export function parseEventId(id: string): EventName {
  if (id.endsWith("#")) return { resource: id.slice(0, -1), instance: null }
  const found = INSTANCE.exec(id)
  if (!found) return { resource: id, instance: null }
  const [, year, month, day, hour, minute, second] = found
  const date = `${year}-${month}-${day}`
  return {
    resource: id.slice(0, found.index),
    instance: hour === undefined ? date : `${date}T${hour}:${minute}:${second}Z`,
  }
}
