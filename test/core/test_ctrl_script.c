/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Fault scripts: what is refused and where, when each line runs.
 */

#include "ctrl_env.h"

#define MS	1000000ull
#define US	1000ull

static char O[256];

static int
script(const char *text)
{
	return ice_core_fault_script(E.core, text, O, sizeof(O));
}

/* Refused for this reason; nothing of it was done, nothing waits. */
#define REFUSED(text, reason) do { \
	char was_[16384], is_[16384]; \
	ice_core_query(E.core, was_, sizeof(was_)); \
	CHECK_EQ(script(text), -1); \
	if (strcmp(O, reason) != 0) { \
		test_fail(__FILE__, __LINE__, "\"%s\"", O); \
		return; \
	} \
	ice_core_query(E.core, is_, sizeof(is_)); \
	CHECK_EQ(strcmp(was_, is_), 0); \
} while (0)

#define RUN(text) do { \
	if (script(text) != 0) { \
		test_fail(__FILE__, __LINE__, "%s", O); \
		return; \
	} } while (0)

static uint32_t
link_up(uint8_t lport)
{
	return rd32(PORT_STATUS(lport)) & PORT_STATUS_LINK_UP_M;
}

TEST(bad_lines)
{
	char text[600];
	unsigned int i;

	ctl_open(2);
	/* What comes first in the file is not done either. */
	REFUSED("link 0 down\nlink 1 dwon\n", "line 2: link: up, down or release expected");
	REFUSED("link 0 down\n\n# comment\n  nonsense # here",
		"line 4: \"nonsense\" is no fault command; try \"help\"");
	REFUSED("at 5 link 0 down", "line 1: at: a time in us, ms or s expected");
	REFUSED("at 5min link 0 down", "line 1: at: a time in us, ms or s expected");
	REFUSED("at -5ms link 0 down", "line 1: at: a time such as 20ms expected");
	REFUSED("at", "line 1: at: a time such as 20ms expected");
	REFUSED("at 86401s link 0 down", "line 1: at: later than a day");
	REFUSED("at 99999999999999999999us link 0 down",
		"line 1: at: a time such as 20ms expected");
	REFUSED("at 5ms", "line 1: empty command; try \"help\"");
	REFUSED("at 5ms after 3 aq link 0 down",
		"line 1: \"after\" is no fault command; try \"help\"");
	REFUSED("after 0 aq link 0 down", "line 1: after: a number from 1 expected");
	REFUSED("after x aq link 0 down", "line 1: after: a number from 1 expected");
	REFUSED("after 3 link 0 down", "line 1: after: access, aq, tx or rx expected");
	REFUSED("after 3 aqs link 0 down", "line 1: after: access, aq, tx or rx expected");
	REFUSED("after 3", "line 1: after: access, aq, tx or rx expected");
	REFUSED("at 1s rxq 2:0 stuck", "line 1: rxq: lport 0..1 and queue expected");
	REFUSED("aq log clean", "line 1: aq: \"clean\" is not understood");
	memset(text, 'x', 300);
	memcpy(text, "clear\n", 6);
	text[300] = '\0';
	REFUSED(text, "line 2: longer than 255 characters");
	/* More than can be armed, seen before any is. */
	for (i = 0, text[0] = '\0'; i < 17; i++)
		strcat(text, "intr lose 5\n");
	REFUSED(text, "line 17: intr: 16 faults are armed already");
	RUN("intr lose 5");
	*strrchr(text, 'i') = '\0';
	REFUSED(text, "line 16: intr: 16 faults are armed already");
}

TEST(too_many_lines)
{
	char text[1025 * 8 + 1] = "";
	unsigned int i;

	ctl_open(1);
	for (i = 0; i < 1025; i++)
		memcpy(text + 8 * i, "\nat 1s c", 8);
	REFUSED(text, "line 2: \"c\" is no fault command; try \"help\"");
	for (i = 0; i < 1025; i++)
		memcpy(text + 8 * i, "clear \r\n", 8);
	REFUSED(text, "line 1025: more than 1024 lines wait");
}

TEST(reason_never_overruns)
{
	ctl_open(1);
	memset(O, '#', sizeof(O));
	CHECK_EQ(ice_core_fault_script(E.core, "nonsense", O, 4), -1);
	CHECK_EQ(strlen(O), 3);
	CHECK_EQ(ice_core_fault_script(E.core, "nonsense", NULL, 0), -1);
	CHECK_EQ(ice_core_fault_script(E.core, "", NULL, 0), 0);
}

TEST(at_once_and_at_a_time)
{
	ctl_open(2);
	RUN("# Port 0 at once,\n"
	    "link 0 down   # as it has no time\r\n"
	    "\tat 20ms link 1 down\n"
	    "at 30ms link 0 up");
	CHECK(!link_up(0) && link_up(1));
	CHECK(state_has("\"script\":{\"waiting\":2,\"run\":1,\"errors\":0,"));
	env_advance(20 * MS - 1);
	CHECK(link_up(1));
	env_advance(1);
	CHECK(!link_up(1) && !link_up(0));
	env_advance(10 * MS);
	CHECK(link_up(0));
	CHECK(state_has("\"script\":{\"waiting\":0,\"run\":3,\"errors\":0,"));
}

TEST(order_of_the_file)
{
	ctl_open(1);
	RUN("at 10ms link 0 down\nat 5ms link 0 down\nat 10ms link 0 up\n");
	env_advance(5 * MS);
	CHECK(!link_up(0));
	env_advance(5 * MS);
	CHECK(link_up(0));
	CHECK_EQ(E.core->port[0].link_changes, 3);
}

TEST(after_accesses)
{
	ctl_open(2);
	RUN("after 3 access link 1 down");
	rd32(MP_CAPS);
	rd32(MP_CAPS);
	/* The access that is counted sees it done. */
	CHECK(!link_up(1));
}

TEST(after_commands)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(2);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	RUN("after 2 aq link 1 down\nafter 2 aq aq fail rc=5");
	d = aq_desc(ICE_MP_AQ_GET_VER);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK(link_up(1));
	d = aq_desc(ICE_MP_AQ_GET_VER);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK(!link_up(1));
	d = aq_desc(ICE_MP_AQ_GET_VER);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), ICE_MP_AQ_RC_EIO);
}

TEST(reset_in_a_reset)
{
	ctl_open(1);
	RUN("at 10ms reset corer\nat 50ms reset globr");
	env_advance(50 * MS);
	CHECK_EQ(rd32(GLGEN_RSTAT) & (GLGEN_RSTAT_DEVSTATE_M | GLGEN_RSTAT_RESET_TYPE_M),
		 1 | 2u << GLGEN_RSTAT_RESET_TYPE_S);
	CHECK(state_has("\"resets\":2,"));
}

/* A script that is over leaves no timer running. */
TEST(flaps_from_a_script)
{
	ctl_open(1);
	RUN("at 1ms flap 0 count=2 interval_us=100");
	env_advance(1 * MS);
	CHECK(!link_up(0));
	env_advance(300 * US);
	CHECK(link_up(0));
	CHECK_EQ(E.deadline, UINT64_MAX);
	/* For ever is for long. */
	RUN("flap 0 count=forever interval_us=100");
	CHECK(!link_up(0));
	env_advance(100 * US);
	CHECK(link_up(0));
	CHECK_EQ(E.deadline, E.now + 100 * US);
	RUN("clear");
	CHECK(link_up(0));
}

TEST(two_scripts)
{
	ctl_open(2);
	RUN("at 10ms link 0 down");
	env_advance(5 * MS);
	RUN("at 10ms link 1 down");
	env_advance(5 * MS);
	CHECK(!link_up(0) && link_up(1));
	env_advance(5 * MS);
	CHECK(!link_up(1));
}

/* A line clears what lines before it did, not the lines after it. */
TEST(clear_inside_and_outside)
{
	ctl_open(2);
	RUN("link 0 down\nat 10ms clear\nat 20ms link 1 down\nat 30ms link 0 down");
	env_advance(10 * MS);
	CHECK(link_up(0));
	env_advance(10 * MS);
	CHECK(!link_up(1));
	FAULT("clear");
	CHECK(link_up(1));
	env_advance(10 * MS);
	CHECK(link_up(0));
	CHECK(state_has("\"waiting\":0,\"run\":3,"));
}

/* What turns out only then ends nothing, and is told with its line. */
TEST(fails_when_it_runs)
{
	ctl_open(2);
	RUN("link 0 down\nat 1ms rxq 1:0 stuck\nat 2ms txq 1:5 stuck\nat 3ms link 1 down");
	env_advance(3 * MS);
	CHECK(!link_up(1));
	CHECK(state_has("\"script\":{\"waiting\":0,\"run\":4,\"errors\":2,"
			"\"error\":\"line 2: rxq: lport 1 has no queue 0 now\"}"));
}

/* Queues by port, as the VSI maps them. */
TEST(queue_of_a_port)
{
	uint16_t v0, v1;

	ctl_open(2);
	DO(v0 = vsi(0, 0, 4));
	DO(v1 = vsi(1, 8, 4));
	CHECK(v0 != v1);
	RUN("rxq 1:3 stuck\ntxq 0:1 stuck");
	CHECK(E.core->rxq[11].stuck && E.core->txq[1].stuck);
	RUN("rxq 1:4 stuck");
	CHECK(state_has("\"errors\":1,\"error\":\"line 1: rxq: lport 1 has no queue 4 now\""));
}

HARNESS_MAIN
