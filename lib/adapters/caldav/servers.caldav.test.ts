import { caldavContract } from "../../testing/caldav/contract"

/* The adapter on servers that nobody here wrote. */

caldavContract("radicale")
caldavContract("xandikos")
caldavContract("cyrus")
