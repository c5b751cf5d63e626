export function fakeTime(
  shift: { FAKETIME: string } | { FAKETIME_TIMESTAMP_FILE: string },
): Promise<Record<string, string>>
