import { caldavContract } from "../../testing/caldav/contract"
import { scheduleTagContract } from "../../testing/caldav/contract-schedule-tag"
import { repliesContract } from "../../testing/caldav/replies"

caldavContract("cyrus", (world) => {
  repliesContract(world)
  scheduleTagContract(world)
})
