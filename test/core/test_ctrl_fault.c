/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Fault commands: what is understood, what is refused and why, what each does.
 */

#include "ctrl_env.h"

#define MS	1000000ull
#define US	1000ull

static char O[4096];

static int
fault(const char *cmd)
{
	return ice_core_fault(E.core, cmd, O, sizeof(O));
}

/* Refused with a message that has this text, and nothing changed. */
#define REFUSED(cmd, text) do { \
	char was_[8192], is_[8192]; \
	ice_core_query(E.core, was_, sizeof(was_)); \
	CHECK_EQ(fault(cmd), -1); \
	if (strstr(O, text) == NULL) { \
		test_fail(__FILE__, __LINE__, "%s: \"%s\"", cmd, O); \
		return; \
	} \
	ice_core_query(E.core, is_, sizeof(is_)); \
	CHECK_EQ(strcmp(was_, is_), 0); \
} while (0)

static uint16_t
get_ver(struct ice_mp_aq_desc *d)
{
	*d = aq_desc(ICE_MP_AQ_GET_VER);
	return aq_cmd(d, NULL, 0, false);
}

static uint32_t
link_up(uint8_t lport)
{
	return rd32(PORT_STATUS(lport)) & PORT_STATUS_LINK_UP_M;
}

/* Vector 3 as the AdminQ's, without automask. */
static void
vector3(void)
{
	ctl_open(2);
	wr32(GLINT_CTL, GLINT_CTL_DIS_AUTOMASK_M);
	wr32(PFINT_FW_CTL, INT_CTL_CAUSE_ENA_M | 3u << INT_CTL_ITR_INDX_S | 3);
	wr32(GLINT_DYN_CTL(3), ENABLE);
}

static void
interrupt(void)
{
	struct ice_mp_aq_desc *d = env_ptr(E.atq + E.atq_next * sizeof(*d), sizeof(*d));

	memset(d, 0, sizeof(*d));
	d->opcode = ICE_MP_AQ_GET_VER;
	E.atq_next = (E.atq_next + 1) % ENV_AQ_LEN;
	wr32(PF_FW_ATQT, E.atq_next);
}

TEST(what_is_no_command)
{
	char text[300];

	ctl_open(4);
	REFUSED("", "empty command");
	REFUSED(" \t\n", "empty command");
	REFUSED("nonsense", "\"nonsense\" is no fault command");
	REFUSED("LINK 0 down", "is no fault command");
	REFUSED("aq fail 1 2 3 4 5 6 7 8", "too many words");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	REFUSED(text, "too long");
}

TEST(what_is_left_over)
{
	ctl_open(4);
	REFUSED("link 0 down now", "\"now\" is not understood");
	REFUSED("fault 0 on twice", "\"twice\" is not understood");
	REFUSED("flap 0 cuont=3", "\"cuont=3\" is not understood");
	REFUSED("event 0 link 1 2", "\"2\" is not understood");
	REFUSED("intr lose 0 count=1 count=2", "\"count=2\" is not understood");
	REFUSED("aq fail opp=1", "\"opp=1\" is not understood");
	REFUSED("aq log clean", "\"clean\" is not understood");
	REFUSED("reset pfr now", "\"now\" is not understood");
	REFUSED("nvm update now", "\"now\" is not understood");
	REFUSED("rxq 0 stuck x", "\"x\" is not understood");
	REFUSED("dma fail always", "\"always\" is not understood");
	REFUSED("stat 0 rx_uc=1 x", "\"x\" is not understood");
	REFUSED("spurious 0 0", "\"0\" is not understood");
	REFUSED("cause ecc pci", "\"pci\" is not understood");
	REFUSED("clear all", "\"all\" is not understood");
	REFUSED("remove it", "\"it\" is not understood");
	REFUSED("help me", "\"me\" is not understood");
	REFUSED("check clear x", "\"x\" is not understood");
}

TEST(what_is_out_of_range)
{
	ctl_open(4);
	REFUSED("link 4 down", "link: lport 0..3 expected");
	REFUSED("link -1 down", "lport 0..3 expected");
	REFUSED("link", "lport 0..3 expected");
	REFUSED("link 0", "up, down or release expected");
	REFUSED("link 0 sideways", "up, down or release expected");
	REFUSED("fault 1", "on or off expected");
	REFUSED("flap 0 count=0", "count 1..1000000");
	REFUSED("flap 0 count=1000001", "count 1..1000000");
	REFUSED("flap 0 interval_us=0", "interval_us 1..60000000");
	REFUSED("event 4 link", "lport 0..3 expected");
	REFUSED("event 0 storm", "link, reset or vf expected");
	REFUSED("event 0 link 65536", "data 0..65535 expected");
	REFUSED("intr steal 0", "lose, dup or late expected");
	REFUSED("intr lose 65", "vector 0..64 expected");
	REFUSED("intr lose 0 count=0", "numbers from 1");
	REFUSED("intr late 0 us=0", "numbers from 1");
	REFUSED("spurious 65", "vector 0..64 expected");
	REFUSED("cause", "ecc, pci, hmc or pe expected");
	REFUSED("cause trouble", "ecc, pci, hmc or pe expected");
	REFUSED("aq explode", "silent, fail, garble");
	REFUSED("aq fail 0x10000", "is no opcode");
	REFUSED("aq fail 12ab", "is no opcode");
	REFUSED("aq fail rc=0", "rc=0 is no failure");
	REFUSED("aq fail rc=256", "out of range");
	REFUSED("aq fail nth=0", "out of range");
	REFUSED("aq fail op=0x10000", "out of range");
	REFUSED("reset por", "pfr, corer, globr, empr or flr expected");
	REFUSED("reset pfr access=x", "access and us are numbers");
	REFUSED("reset corer us=0", "access and us are numbers");
	REFUSED("rxq 64 stuck", "rxq: queue 0..63 expected");
	REFUSED("txq 64 stuck", "txq: queue 0..63 expected");
	REFUSED("txq 0 slow", "stuck or ok expected");
	REFUSED("dma break", "fail expected");
	REFUSED("dma fail count=-1", "count is a number");
	REFUSED("dma fail nth=0", "nth is a number");
	REFUSED("arq", "lose, garble, unknown or flood expected");
	REFUSED("arq flood 4", "lport 0..3 expected");
	REFUSED("arq lose count=0", "numbers from 1");
	REFUSED("rxq 4:0 stuck", "lport 0..3 and queue expected");
	REFUSED("rxq 0:x stuck", "lport 0..3 and queue expected");
	REFUSED("rxq 0:0 stuck", "lport 0 has no queue 0 now");
	REFUSED("rxq 0 length len=16384", "out of range");
	REFUSED("txq 0 length", "stuck or ok expected, or lose, dup, garble");
	REFUSED("stat 0 rx_mc=1", "rx_bytes, tx_bytes, rx_uc or tx_uc");
	REFUSED("stat 0 rx_uc", "value expected");
	REFUSED("stat 0 rx_uc=", "value expected");
	REFUSED("stat 0 rx_uc=99999999999999999999", "value expected");
	REFUSED("check", "clear expected");
}

TEST(reply_never_overruns)
{
	env_open(1);
	memset(O, '#', sizeof(O));
	CHECK_EQ(ice_core_fault(E.core, "help", O, 8), 0);
	CHECK_EQ(strlen(O), 7);
	CHECK_EQ(O[8], '#');
	CHECK_EQ(ice_core_fault(E.core, "nonsense", O, 4), -1);
	CHECK_EQ(strlen(O), 3);
	CHECK_EQ(ice_core_fault(E.core, "nonsense", NULL, 0), -1);
	CHECK_EQ(ice_core_fault(E.core, "help", NULL, 0), 0);
	CHECK_EQ(fault("help"), 0);
	CHECK(strstr(O, "aq silent|fail|garble") != NULL);
}

TEST(link_forced_down)
{
	ctl_open(2);
	FAULT("link 1 down");
	CHECK(!link_up(1) && link_up(0));
	CHECK_EQ(rd32(PORT_STATUS(1)) & PORT_STATUS_FAULT_M, 0);
	FAULT("link 1 release");
	CHECK(link_up(1));
	/* Released is not raised: the carrier decides. */
	ice_core_set_backend(E.core, 1, true, false);
	FAULT("link 1 up");
	CHECK(!link_up(1));
}

TEST(link_fault)
{
	ctl_open(2);
	FAULT("fault 0 on");
	CHECK_EQ(rd32(PORT_STATUS(0)) & (PORT_STATUS_FAULT_M | PORT_STATUS_LINK_UP_M),
		 PORT_STATUS_FAULT_M);
	CHECK_EQ(rd32(PORT_STATUS(1)) & PORT_STATUS_FAULT_M, 0);
	FAULT("fault 0 off");
	CHECK(link_up(0));
}

TEST(link_flaps)
{
	unsigned int i;

	ctl_open(2);
	FAULT("flap 1 count=3 interval_us=100");
	for (i = 0; i < 6; i++) {
		env_advance(i == 0 ? 0 : 100 * US);
		CHECK_EQ(link_up(1), i % 2);
		CHECK(link_up(0));
	}
	env_advance(10 * MS);
	CHECK(link_up(1));
	CHECK(state_has("\"lport\":1,\"mac\":\"02:1c:e0:00:00:01\",\"link\":\"up\""));
	CHECK_EQ(E.core->port[1].link_changes, 7);
}

TEST(event_injected)
{
	ctl_open(4);
	FAULT("event 3 vf 258");
	FAULT("event all reset");
	CHECK_EQ(rd32(EVENT_DOORBELL), 3 | 3u << 8 | 258u << 16);
	CHECK_EQ(rd32(EVENT_DOORBELL), 0xFF | 2u << 8);
	CHECK_EQ(rd32(EVENT_DOORBELL), 0);
}

TEST(event_into_a_full_fifo)
{
	unsigned int i;

	ctl_open(1);
	for (i = 0; i < EVENT_DOORBELL_DEPTH; i++)
		FAULT("event 0 link");
	CHECK_EQ(fault("event 0 link"), -1);
	CHECK(strstr(O, "FIFO is full") != NULL);
}

TEST(interrupt_lost)
{
	DO(vector3());
	FAULT("intr lose 3 count=2");
	interrupt();
	interrupt();
	CHECK_EQ(E.msix_total, 0);
	interrupt();
	CHECK_EQ(E.msix[3], 1);
	CHECK(state_has("\"intr_armed\":0,\"intr_hits\":2"));
}

TEST(interrupt_of_another_vector_is_safe)
{
	DO(vector3());
	FAULT("intr lose 2");
	interrupt();
	CHECK_EQ(E.msix[3], 1);
	CHECK(state_has("\"intr_armed\":1,\"intr_hits\":0"));
}

TEST(interrupt_doubled)
{
	DO(vector3());
	FAULT("intr dup 3");
	interrupt();
	CHECK_EQ(E.msix[3], 2);
	interrupt();
	CHECK_EQ(E.msix[3], 3);
}

TEST(interrupt_late)
{
	DO(vector3());
	FAULT("intr late 3 us=500");
	interrupt();
	env_advance(500 * US - 1);
	CHECK_EQ(E.msix[3], 0);
	env_advance(1);
	CHECK_EQ(E.msix[3], 1);
}

TEST(interrupt_spurious)
{
	env_open(1);
	FAULT("spurious 7");
	CHECK_EQ(E.msix[7], 1);
	CHECK_EQ(E.msix_total, 1);
}

TEST(cause_of_a_fatal_error)
{
	static const char *const cmd[] = { "cause ecc", "cause pci", "cause hmc", "cause pe" };
	static const uint32_t bit[] = {
		PFINT_OICR_ECC_ERR_M, PFINT_OICR_PCI_EXCEPTION_M, PFINT_OICR_HMC_ERR_M,
		PFINT_OICR_PE_CRITERR_M,
	};
	unsigned int i;

	env_open(1);
	rd32(PFINT_OICR);
	for (i = 0; i < 4; i++) {
		FAULT(cmd[i]);
		CHECK_EQ(rd32(PFINT_OICR), bit[i] | PFINT_OICR_INTEVENT_M);
	}
}

TEST(aq_fails_the_nth)
{
	struct ice_mp_aq_desc d;

	ctl_open(1);
	FAULT("aq-fail 0x0001 nth=2 rc=12");
	CHECK_EQ(get_ver(&d), 0);
	CHECK_EQ(cmd_byte0(ICE_MP_AQ_Q_SHUTDOWN, 0), 0);
	CHECK_EQ(get_ver(&d), ICE_MP_AQ_RC_EBUSY);
	CHECK_EQ(d.flags & ICE_MP_AQ_FLAG_ERR, ICE_MP_AQ_FLAG_ERR);
	CHECK_EQ(get_ver(&d), 0);
}

TEST(aq_failure_executes_nothing)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(0, 0, 1);
	uint16_t num;

	ctl_open(1);
	FAULT("aq fail op=0x0210");
	CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EIO);
	CHECK(state_has("\"vsis\":0,"));
	CHECK_EQ(vsi_add(&c, &num), 0);
}

TEST(aq_fails_forever_until_cleared)
{
	struct ice_mp_aq_desc d;
	unsigned int i;

	ctl_open(1);
	FAULT("aq fail rc=9 forever");
	for (i = 0; i < 50; i++)
		CHECK_EQ(get_ver(&d), ICE_MP_AQ_RC_ENOMEM);
	FAULT("clear");
	CHECK_EQ(get_ver(&d), 0);
}

TEST(aq_silent_until_the_queue_is_set_up_again)
{
	struct ice_mp_aq_desc d;

	ctl_open(1);
	FAULT("aq silent");
	CHECK_EQ(get_ver(&d), AQ_TIMEOUT);
	CHECK_EQ(get_ver(&d), AQ_TIMEOUT);
	env_advance(1000 * MS);
	CHECK_EQ(rd32(PF_FW_ATQH), 0);
	CHECK(state_has("\"timeouts\":1,"));
	aq_up();
	CHECK_EQ(get_ver(&d), 0);
}

TEST(aq_garbles_the_answer)
{
	struct ice_mp_aq_link good, bad;
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);
	unsigned int i;

	ctl_open(1);
	CHECK_EQ(aq_cmd(&d, &good, sizeof(good), false), 0);
	FAULT("aq garble 0x0607");
	d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);
	CHECK_EQ(aq_cmd(&d, &bad, sizeof(bad), false), 0);
	for (i = 0; i < sizeof(bad); i++)
		CHECK(((uint8_t *)&bad)[i] != ((uint8_t *)&good)[i]);
	CHECK_EQ(d.datalen, sizeof(bad));
}

/* A fault is no way to make the device run over its own buffer. */
TEST(aq_garbles_no_more_than_there_is)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_LIST_FUNC_CAPS);

	ctl_open(1);
	FAULT("aq garble");
	d.flags = ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_LB | ICE_MP_AQ_FLAG_SI;
	d.datalen = 0xFFFF;
	d.params.indirect.addr_low = (uint32_t)E.atq_buf;
	*(struct ice_mp_aq_desc *)env_ptr(E.atq, sizeof(d)) = d;
	BREACH(ICC_BR_AQ_DESC, wr32(PF_FW_ATQT, 1));
	CHECK_EQ(rd32(PF_FW_ATQH), 1);
}

TEST(aq_short_and_oversize)
{
	struct ice_mp_aq_link st;
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);

	ctl_open(1);
	FAULT("aq short");
	memset(&st, 0xEE, sizeof(st));
	CHECK_EQ(aq_cmd(&d, &st, sizeof(st), false), 0);
	CHECK_EQ(d.datalen, sizeof(st) / 2);
	CHECK_EQ(((uint8_t *)&st)[sizeof(st) / 2], 0xEE);
	FAULT("aq oversize");
	d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);
	CHECK_EQ(aq_cmd(&d, &st, sizeof(st), false), 0);
	CHECK_EQ(d.datalen, sizeof(st) + 64);
}

TEST(aq_late)
{
	struct ice_mp_aq_desc d, *slot;

	ctl_open(1);
	slot = env_ptr(E.atq, sizeof(d));
	FAULT("aq late us=2000");
	CHECK_EQ(get_ver(&d), AQ_TIMEOUT);
	/* Those behind it wait, too. */
	CHECK_EQ(get_ver(&d), AQ_TIMEOUT);
	env_advance(2000 * US - 1);
	CHECK_EQ(rd32(PF_FW_ATQH), 0);
	env_advance(1);
	CHECK_EQ(rd32(PF_FW_ATQH), 2);
	CHECK_EQ(slot->retval, 0);
}

TEST(aq_late_and_failed)
{
	struct ice_mp_aq_desc d, *slot;

	ctl_open(1);
	slot = env_ptr(E.atq, sizeof(d));
	FAULT("aq late us=2000");
	FAULT("aq fail rc=5");
	CHECK_EQ(get_ver(&d), AQ_TIMEOUT);
	env_advance(2000 * US);
	CHECK_EQ(slot->retval, ICE_MP_AQ_RC_EIO);
	CHECK_EQ(get_ver(&d), 0);
}

TEST(aq_book)
{
	struct ice_mp_aq_desc d;

	ctl_open(1);
	CHECK_EQ(get_ver(&d), 0);
	CHECK_EQ(cmd_byte0(0x1234, 0), ICE_MP_AQ_RC_ENOSYS);
	CHECK_EQ(fault("aq log"), 0);
	CHECK_EQ(strcmp(O, "0x0001:0 0x1234:17 "), 0);
	FAULT("aq log clear");
	CHECK_EQ(fault("aq-log"), 0);
	CHECK_EQ(strcmp(O, ""), 0);
}

TEST(as_many_as_there_is_room_for)
{
	unsigned int i;

	ctl_open(1);
	for (i = 0; i < 16; i++) {
		FAULT("aq fail 0x4242");
		FAULT("intr lose 9");
	}
	REFUSED("aq fail 0x4242", "16 faults are armed already");
	REFUSED("intr lose 9", "16 faults are armed already");
	FAULT("clear");
	FAULT("aq fail 0x4242");
}

TEST(reset_at_once)
{
	ctl_open(2);
	FAULT("reset globr");
	CHECK_EQ(rd32(GLGEN_RSTAT) & (GLGEN_RSTAT_DEVSTATE_M | GLGEN_RSTAT_RESET_TYPE_M),
		 1 | 2u << GLGEN_RSTAT_RESET_TYPE_S);
}

TEST(reset_for_a_time)
{
	ctl_open(2);
	FAULT("reset corer us=3000");
	env_advance(2 * MS);
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M, 1);
	env_advance(2 * MS);
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M, 0);
	/* The next one takes its usual time. */
	FAULT("reset corer");
	env_advance(4 * MS);
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M, 1);
}

TEST(another_device_after_empr)
{
	ctl_open(4);
	FAULT("change ports=2 queues=50");
	FAULT("reset globr us=1000");
	env_advance(2 * MS);
	CHECK_EQ(rd32(MP_PORT_COUNT), 4);
	FAULT("reset empr us=1000");
	env_advance(2 * MS);
	CHECK_EQ(rd32(MP_PORT_COUNT), 2);
	CHECK_EQ(rd32(PFLAN_RX_QALLOC) >> PFLAN_QALLOC_LASTQ_S & 0x7FF, 49);
	/* Once. */
	FAULT("reset empr us=1000");
	env_advance(2 * MS);
	CHECK_EQ(rd32(MP_PORT_COUNT), 2);
	FAULT("change ports=4");
	REFUSED("change", "ports 1..4 or queues");
	REFUSED("change ports=5", "ports 1..4 or queues");
	REFUSED("change queues=100000", "ports 1..4 or queues");
}

TEST(reset_flr)
{
	ctl_open(2);
	CHECK(state_has("\"mp_enable\":true"));
	FAULT("reset flr");
	CHECK(state_has("\"mp_enable\":false"));
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M, 0);
}

TEST(reset_at_the_kth_access)
{
	ctl_open(2);
	FAULT("reset corer access=4");
	rd32(MP_CAPS);
	/* Eight bytes are one access, wherever they are. */
	rd(MP_CAPS, 8);
	rd(GLINT_ITR(0, 0), 8);
	CHECK(state_has("\"in_reset\":false"));
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M, 1);
	env_advance(200 * MS);
	rd32(MP_CAPS);
	CHECK(state_has("\"in_reset\":false"));
}

TEST(dma_fails)
{
	struct ice_mp_aq_desc d;

	ctl_open(1);
	FAULT("dma fail count=1");
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(get_ver(&d), AQ_TIMEOUT));
	CHECK_EQ(E.dma_errors, 0);
	CHECK(state_has("\"dma_hits\":1,"));
	wr32(PF_FW_ATQT, 1);
	CHECK_EQ(rd32(PF_FW_ATQH), 1);
}

TEST(counters_preset)
{
	uint16_t v0, v1;

	ctl_open(2);
	DO(v0 = vsi(0, 0, 1));
	DO(v1 = vsi(1, 1, 1));
	FAULT("stat 1 tx_bytes 0xFFFFFFFF00");
	CHECK_EQ(rd(GLPRT_GOTCL + GLPRT_STRIDE, 8), 0xFFFFFFFF00ull);
	CHECK_EQ(rd(GLPRT_GOTCL, 8), 0);
	CHECK_EQ(rd(GLV_GOTCL + v1 * GLV_STRIDE, 8), 0xFFFFFFFF00ull);
	CHECK_EQ(rd(GLV_GOTCL + v0 * GLV_STRIDE, 8), 0);
}

TEST(removal)
{
	env_open(1);
	FAULT("remove");
	CHECK_EQ(E.removes, 1);
	E.ops.remove = NULL;
	REFUSED("remove", "not possible here");
}

TEST(clear_mends_everything)
{
	struct ice_mp_aq_desc d;

	DO(vector3());
	FAULT("link 0 down");
	FAULT("fault 1 on");
	FAULT("aq fail forever");
	FAULT("intr lose 3 count=forever");
	FAULT("dma fail count=forever");
	FAULT("reset pfr access=100");
	FAULT("rxq 2 stuck");
	FAULT("txq 3 stuck");
	FAULT("clear");
	CHECK(link_up(0) && link_up(1));
	CHECK(!E.core->rxq[2].stuck && !E.core->txq[3].stuck);
	CHECK_EQ(get_ver(&d), 0);
	interrupt();
	CHECK_EQ(E.msix[3], 1);
	CHECK(state_has("\"aq_armed\":0,\"aq_hits\":0,"));
	CHECK(state_has("\"intr_armed\":0,\"intr_hits\":0,"));
	CHECK(state_has("\"dma_armed\":0,\"dma_hits\":0,"));
	CHECK(state_has("\"waiting\":0,"));
}

TEST(check_cleared)
{
	env_open(1);
	rd32(0x40000);
	CHECK_EQ(ice_core_violations(E.core), 1);
	FAULT("check clear");
	CHECK_EQ(ice_core_violations(E.core), 0);
	CHECK(state_has("\"details\":[]"));
}

HARNESS_MAIN
