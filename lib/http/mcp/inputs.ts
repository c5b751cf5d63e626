import { z } from "zod"
import { type Json, valueProblem } from "../../domain/record"
import * as api from "../v1/schemas"

/*
 * What tools take. Whoever connects has the schemas of all tools before it from the first word of a conversation, so they say a format by its name; its pattern (185 tokens for a date, 80 for a UUID,
 * each time) and the grammar of JSON are checked and not said.
 */

const checked = (schema: z.ZodType<string>, format: string, otherwise: string) =>
  z
    .string()
    .refine((given) => schema.safeParse(given).success, otherwise)
    .meta({ format })

export const Id = checked(api.Id, "uuid", "not a UUID")
export const date = () => checked(z.iso.date(), "date", "not a date")
export const Email = checked(z.email().max(320), "email", "not an address")
export const instant = () => checked(api.instant(), "date-time", "not an instant from 1970 to 9998, with its offset")

export const Value = z
  .unknown()
  .refine((value) => value !== undefined && valueProblem(value as Json) === null, "at most 1 MiB of readable JSON")
  .describe("Any JSON; a text is a JSON string.")
  .transform((value) => value as Json)
