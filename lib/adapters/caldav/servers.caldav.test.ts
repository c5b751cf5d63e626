import { caldavContract } from "../../testing/caldav/contract"
import { scheduleTagContract } from "../../testing/caldav/contract-schedule-tag"
import { repliesContract } from "../../testing/caldav/replies"

/* The adapter on servers that nobody here wrote. */

caldavContract("radicale")
caldavContract("xandikos")
caldavContract("cyrus", (world) => {
  repliesContract(world)
  scheduleTagContract(world)
})
