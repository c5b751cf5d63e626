import { caldavContract } from "../../testing/caldav/contract"

caldavContract("xandikos")
