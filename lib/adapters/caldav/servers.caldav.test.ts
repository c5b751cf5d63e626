import { caldavContract } from "../../testing/caldav/contract"
import { repliesContract } from "../../testing/caldav/replies"

/* The adapter on servers that nobody here wrote. */

caldavContract("radicale")
caldavContract("xandikos")
caldavContract("cyrus", repliesContract)
