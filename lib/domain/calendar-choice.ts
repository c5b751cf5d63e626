/** How many colours there are for calendars. */
export const HUES = 8

/** A calendar nobody has chosen anything for. */
export const UNCHOSEN = { shown: true, hue: null, isDefault: false, shareTitles: null } as const

/** May an admin read the titles of a calendar's events in the log? The calendar's own word counts, then its owner's. */
export const sharesTitles = (ofCalendar: boolean | null | undefined, ofPerson: boolean): boolean =>
  ofCalendar ?? ofPerson
