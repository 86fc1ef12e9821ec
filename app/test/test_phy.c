/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Speed, flow control and FEC of each port. What a PHY is told outlives its
 * driver, so a case that changes it for a reason other than link_speeds, which
 * each start sets, puts it back.
 */

#include <errno.h>

#include "rte_pmd_ice_mp.h"
#include "test.h"

#define FIXED(speed)	(RTE_ETH_LINK_SPEED_FIXED | RTE_ETH_LINK_SPEED_ ## speed)
#define STATE_OF_1	"lport\":1,\"mac"
#define NOFEC		RTE_ETH_FEC_MODE_CAPA_MASK(NOFEC)
#define AUTO		RTE_ETH_FEC_MODE_CAPA_MASK(AUTO)
#define BASER		RTE_ETH_FEC_MODE_CAPA_MASK(BASER)
#define RS		RTE_ETH_FEC_MODE_CAPA_MASK(RS)

/* One queue each way, and these speeds. @return code of the start */
static int
start_with(uint8_t lport, uint32_t speeds)
{
	struct rte_eth_conf conf = { .link_speeds = speeds };
	uint16_t id = F.id[lport];
	int rc;

	rc = rte_eth_dev_stop(id);
	if (rc == 0)
		rc = rte_eth_dev_configure(id, 1, 1, &conf);
	if (rc == 0)
		rc = rte_eth_rx_queue_setup(id, 0, 256, SOCKET_ID_ANY, NULL, F.pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(id, 0, 256, SOCKET_ID_ANY, NULL);
	return rc != 0 ? rc : rte_eth_dev_start(id);
}

static int
expect_speed(uint8_t lport, uint32_t mbps, unsigned int autoneg)
{
	struct rte_eth_link link;

	T_WAIT(rte_eth_link_get_nowait(F.id[lport], &link) == 0 && link.link_speed == mbps,
	       T_WAIT_MS, "lport %u: %u Mb/s, expected %u", lport, link.link_speed, mbps);
	T_EQ(link.link_status, RTE_ETH_LINK_UP);
	T_EQ(link.link_autoneg, autoneg);
	return 0;
}

static int
reset_of_the_device(const char *kind)
{
	int64_t before = t_recoveries();
	uint8_t i;

	T_TRY(t_fault("reset %s", kind));
	T_WAIT(t_recoveries() > before, T_WAIT_MS, "no recovery");
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, true));
	return 0;
}

/* ---- speed ---- */

static int
speeds(void)
{
	struct rte_eth_dev_info info;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_info_get(F.id[0], &info), 0);
	T_EQ(info.speed_capa, RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_25G |
	     RTE_ETH_LINK_SPEED_40G | RTE_ETH_LINK_SPEED_50G | RTE_ETH_LINK_SPEED_100G);
	T_TRY(expect_speed(0, RTE_ETH_SPEED_NUM_100G, RTE_ETH_LINK_AUTONEG));
	/* The other end of the wire negotiates, so it follows. */
	T_EQ(start_with(0, FIXED(25G)), 0);
	T_TRY(expect_speed(0, RTE_ETH_SPEED_NUM_25G, RTE_ETH_LINK_FIXED));
	T_TRY(expect_speed(1, RTE_ETH_SPEED_NUM_25G, RTE_ETH_LINK_AUTONEG));
	T_TRY(t_ping(0));
	T_EQ(start_with(0, RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_40G), 0);
	T_TRY(expect_speed(0, RTE_ETH_SPEED_NUM_40G, RTE_ETH_LINK_AUTONEG));
	T_EQ(start_with(1, RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_25G), 0);
	T_TRY(expect_speed(0, RTE_ETH_SPEED_NUM_10G, RTE_ETH_LINK_AUTONEG));
	/* Nothing in common. */
	T_EQ(start_with(1, FIXED(100G)), 0);
	T_TRY(t_wait_link(0, false));
	T_TRY(t_wait_link(1, false));
	T_EQ(start_with(0, RTE_ETH_LINK_SPEED_AUTONEG), 0);
	T_TRY(expect_speed(1, RTE_ETH_SPEED_NUM_100G, RTE_ETH_LINK_FIXED));
	T_TRY(t_ping(0));
	return start_with(1, RTE_ETH_LINK_SPEED_AUTONEG);
}

/* A port cannot be faster than it is built, and says so when it is started. */
static int
slow_port(void)
{
	struct rte_eth_dev_info info;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	T_EQ(info.speed_capa, RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_25G);
	T_TRY(expect_speed(1, RTE_ETH_SPEED_NUM_25G, RTE_ETH_LINK_AUTONEG));
	T_TRY(expect_speed(0, RTE_ETH_SPEED_NUM_100G, RTE_ETH_LINK_AUTONEG));
	T_EQ(start_with(1, FIXED(100G)), -EINVAL);
	T_EQ(start_with(1, FIXED(10G)), 0);
	T_TRY(expect_speed(1, RTE_ETH_SPEED_NUM_10G, RTE_ETH_LINK_FIXED));
	return expect_speed(0, RTE_ETH_SPEED_NUM_100G, RTE_ETH_LINK_AUTONEG);
}

static int
options_are(uint8_t lport, uint8_t active, uint8_t pending)
{
	struct rte_pmd_ice_mp_port_options o;

	T_EQ(t_port_options_get(F.id[lport], &o), 0);
	T_EQ(o.nb, 4);
	T_EQ(o.active, active);
	T_EQ(o.pending, pending);
	T_EQ(o.max_mbps[0], RTE_ETH_SPEED_NUM_100G);
	T_EQ(o.max_mbps[2], RTE_ETH_SPEED_NUM_25G);
	T_EQ(o.max_mbps[3], RTE_ETH_SPEED_NUM_10G);
	return 0;
}

/* An option is in force when the firmware has started anew, and the port lives
 * through that. */
static int
port_options(void)
{
	struct rte_eth_dev_info info;

	T_TRY(t_up_all(NULL));
	T_TRY(t_wait_link(1, true));
	T_TRY(options_are(1, 0, 0));
	T_EQ(t_port_option_set(F.id[1], 4), -EINVAL);
	T_EQ(t_port_option_set(F.id[1], 2), 0);
	T_TRY(options_are(1, 0, 2));
	T_TRY(options_are(0, 0, 0));
	T_TRY(reset_of_the_device("globr"));
	T_TRY(expect_speed(1, RTE_ETH_SPEED_NUM_100G, RTE_ETH_LINK_AUTONEG));
	T_TRY(reset_of_the_device("empr"));
	T_TRY(options_are(1, 2, 2));
	T_TRY(expect_speed(1, RTE_ETH_SPEED_NUM_25G, RTE_ETH_LINK_AUTONEG));
	T_TRY(expect_speed(0, RTE_ETH_SPEED_NUM_100G, RTE_ETH_LINK_AUTONEG));
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	T_EQ(info.speed_capa, RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_25G);
	T_EQ(start_with(1, FIXED(50G)), -EINVAL);
	T_EQ(t_port_option_set(F.id[1], 0), 0);
	T_TRY(reset_of_the_device("empr"));
	T_TRY(options_are(1, 0, 0));
	T_EQ(start_with(1, FIXED(50G)), 0);
	return expect_speed(1, RTE_ETH_SPEED_NUM_50G, RTE_ETH_LINK_FIXED);
}

/* ---- flow control ---- */

static int
fc_get(uint8_t lport, struct rte_eth_fc_conf *fc)
{
	memset(fc, 0xFF, sizeof(*fc));
	return rte_eth_dev_flow_ctrl_get(F.id[lport], fc);
}

static int
fc_set(uint8_t lport, enum rte_eth_fc_mode mode)
{
	struct rte_eth_fc_conf fc;
	int rc = fc_get(lport, &fc);

	fc.mode = mode;
	return rc != 0 ? rc : rte_eth_dev_flow_ctrl_set(F.id[lport], &fc);
}

static int
fc_expect(uint8_t lport, enum rte_eth_fc_mode mode)
{
	struct rte_eth_fc_conf fc;

	T_EQ(fc_get(lport, &fc), 0);
	T_CHECK(fc.mode == mode, "lport %u: mode %u, expected %u", lport, fc.mode, mode);
	return 0;
}

/* What is in force is what both ends want. */
static int
flow_ctrl(void)
{
	struct rte_eth_fc_conf fc;

	T_TRY(t_up_all(NULL));
	T_TRY(t_wait_link(0, true));
	T_EQ(fc_get(0, &fc), 0);
	T_EQ(fc.mode, RTE_ETH_FC_NONE);
	T_EQ(fc.autoneg, 1);
	T_EQ(fc.pause_time, 0xFFFF);
	T_EQ(fc.send_xon, 1);
	T_EQ(fc.high_water, 0);
	T_EQ(fc_set(0, RTE_ETH_FC_FULL), 0);
	T_TRY(fc_expect(0, RTE_ETH_FC_NONE));
	T_EQ(fc_set(1, RTE_ETH_FC_RX_PAUSE), 0);
	T_TRY(fc_expect(0, RTE_ETH_FC_TX_PAUSE));
	T_TRY(fc_expect(1, RTE_ETH_FC_RX_PAUSE));
	T_EQ(fc_set(1, RTE_ETH_FC_FULL), 0);
	/* Asked for once more: testpmd reads before it writes. */
	T_EQ(fc_set(0, RTE_ETH_FC_FULL), 0);
	T_TRY(fc_expect(0, RTE_ETH_FC_FULL));
	T_TRY(fc_expect(1, RTE_ETH_FC_FULL));
	T_TRY(fc_expect(2, RTE_ETH_FC_NONE));
	/* Without a link, what will be asked for. */
	T_EQ(rte_eth_dev_set_link_down(F.id[1]), 0);
	T_TRY(t_wait_link(1, false));
	T_TRY(fc_expect(1, RTE_ETH_FC_FULL));
	T_EQ(rte_eth_dev_set_link_up(F.id[1]), 0);
	T_TRY(t_wait_link(1, true));
	T_TRY(fc_expect(1, RTE_ETH_FC_FULL));
	T_TRY(t_ping(0));
	T_EQ(fc_set(0, RTE_ETH_FC_NONE), 0);
	T_TRY(fc_expect(1, RTE_ETH_FC_NONE));
	return fc_set(1, RTE_ETH_FC_NONE);
}

/* One that is wrong changes nothing. */
static int
flow_ctrl_wrong(void)
{
	struct rte_eth_fc_conf fc, good;

	T_TRY(t_up_all(NULL));
	T_TRY(t_wait_link(0, true));
	T_EQ(fc_get(0, &good), 0);
	good.mode = RTE_ETH_FC_TX_PAUSE;
	good.pause_time = 0x123;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &good), 0);
	fc = good;
	fc.mode = RTE_ETH_FC_FULL + 1;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), -EINVAL);
	fc = good;
	fc.high_water = 100;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), -EINVAL);
	fc = good;
	fc.low_water = 1;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), -EINVAL);
	fc = good;
	fc.mac_ctrl_frame_fwd = 1;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), -EINVAL);
	fc = good;
	fc.mode = RTE_ETH_FC_NONE;
	fc.pause_time = 0x456;
	fc.autoneg = 0;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), -EINVAL);
	T_EQ(fc_get(0, &fc), 0);
	T_EQ(fc.pause_time, 0x123);
	/* A time of none is no time that was asked for. */
	fc.pause_time = 0;
	fc.mode = RTE_ETH_FC_NONE;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), 0);
	T_EQ(fc_get(0, &fc), 0);
	T_EQ(fc.pause_time, 0x123);
	return 0;
}

/* Who does not negotiate does as he is told, whatever the other end wants. */
static int
flow_ctrl_fixed(void)
{
	struct rte_eth_fc_conf fc;

	T_TRY(t_up_all(NULL));
	T_EQ(start_with(0, FIXED(100G)), 0);
	T_TRY(t_wait_link(0, true));
	T_EQ(fc_get(0, &fc), 0);
	T_EQ(fc.autoneg, 0);
	fc.autoneg = 1;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), -EINVAL);
	T_EQ(fc_set(0, RTE_ETH_FC_FULL), 0);
	T_TRY(fc_expect(0, RTE_ETH_FC_FULL));
	T_TRY(fc_expect(1, RTE_ETH_FC_NONE));
	T_EQ(fc_set(0, RTE_ETH_FC_NONE), 0);
	return start_with(0, RTE_ETH_LINK_SPEED_AUTONEG);
}

static bool
is_pause(const uint8_t *f, uint8_t lport, uint16_t quanta)
{
	static const uint8_t da[] = { 0x01, 0x80, 0xC2, 0x00, 0x00, 0x01 };
	struct rte_ether_addr mac;

	return rte_eth_macaddr_get(F.id[lport], &mac) == 0 && memcmp(f, da, 6) == 0 &&
	       memcmp(f + 6, &mac, 6) == 0 && f[12] == 0x88 && f[13] == 0x08 && f[15] == 1 &&
	       (f[16] << 8 | f[17]) == quanta;
}

static int
expect_xstat(uint8_t lport, const char *name, uint64_t want)
{
	uint64_t val = 0;

	T_CHECK(t_xstat(lport, name, &val), "no %s", name);
	T_CHECK(val == want, "lport %u: %s is %llu, expected %llu", lport, name,
		(unsigned long long)val, (unsigned long long)want);
	return 0;
}

/* Frames of the port itself: heeded, and sent while nobody receives. */
static int
pause_frames(void)
{
	static uint8_t f[60] = { 0x01, 0x80, 0xC2, 0x00, 0x00, 0x01, 2, 0, 0, 0, 0, 9, 0x88, 8 };
	uint8_t buf[100], got[2048];
	struct rte_eth_fc_conf fc;
	struct rte_mbuf *m[64];
	unsigned int i, n;

	T_TRY(t_up(0, &(struct t_up){ .rxd = 64 }));
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(0, true));
	T_EQ(rte_eth_promiscuous_enable(F.id[0]), 0);
	T_EQ(fc_get(0, &fc), 0);
	fc.mode = RTE_ETH_FC_FULL;
	fc.pause_time = 0x7FFF;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[0], &fc), 0);
	T_EQ(rte_eth_stats_reset(F.id[0]), 0);

	f[15] = 1;
	f[16] = f[17] = 0xFF;
	T_EQ(sim.inject_rx(T_DEV, 0, f, sizeof(f)), 0);
	T_TRY(t_recv_none(0));
	T_TRY(expect_xstat(0, "rx_xoff_packets", 1));
	f[16] = f[17] = 0;
	T_EQ(sim.inject_rx(T_DEV, 0, f, sizeof(f)), 0);
	T_TRY(expect_xstat(0, "rx_xon_packets", 1));
	T_TRY(expect_xstat(1, "rx_xoff_packets", 0));

	T_EQ(sim.capture(T_DEV, 0, 64), 0);
	t_frame(buf, sizeof(buf), 1, 0, 1);
	for (i = 0; i < 64 && sim.inject_rx(T_DEV, 0, buf, sizeof(buf)) == 0; i++)
		;
	T_CHECK(i < 64, "64 frames had room in 64 descriptors");
	T_EQ(sim.collect_tx(T_DEV, 0, got, sizeof(got)), 60);
	T_CHECK(is_pause(got, 0, 0x7FFF), "another frame was sent");
	n = t_recv(0, 0, m, 64, 100);
	rte_pktmbuf_free_bulk(m, n);
	T_CHECK(n >= i, "%u frames, %u were taken", n, i);
	/* Buffers come back in steps. */
	T_WAIT(sim.collect_tx(T_DEV, 0, got, sizeof(got)) == 60 && is_pause(got, 0, 0), T_WAIT_MS,
	       "it never goes on");
	T_TRY(expect_xstat(0, "tx_xon_packets", 1));
	T_TRY(expect_xstat(1, "tx_xoff_packets", 0));
	T_EQ(sim.capture(T_DEV, 0, 0), 0);
	return 0;
}

/* ---- FEC ---- */

static int
fec_expect(uint8_t lport, uint32_t want)
{
	uint32_t fec = 0;

	T_EQ(rte_eth_fec_get(F.id[lport], &fec), 0);
	T_CHECK(fec == want, "lport %u: FEC 0x%x, expected 0x%x", lport, fec, want);
	return 0;
}

static int
fec_capability(void)
{
	static const struct rte_eth_fec_capa want[] = {
		{ RTE_ETH_SPEED_NUM_10G, NOFEC | AUTO | BASER },
		{ RTE_ETH_SPEED_NUM_25G, NOFEC | AUTO | BASER | RS },
		{ RTE_ETH_SPEED_NUM_40G, NOFEC | AUTO | BASER },
		{ RTE_ETH_SPEED_NUM_50G, NOFEC | AUTO | RS },
		{ RTE_ETH_SPEED_NUM_100G, NOFEC | AUTO | RS },
	};
	struct rte_eth_fec_capa capa[8] = { 0 };
	unsigned int i;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_fec_get_capability(F.id[0], NULL, 0), RTE_DIM(want));
	T_EQ(rte_eth_fec_get_capability(F.id[0], capa, 2), RTE_DIM(want));
	T_EQ(capa[2].speed, 0);
	T_EQ(rte_eth_fec_get_capability(F.id[0], capa, RTE_DIM(capa)), RTE_DIM(want));
	for (i = 0; i < RTE_DIM(want); i++) {
		T_EQ(capa[i].speed, want[i].speed);
		T_EQ(capa[i].capa, want[i].capa);
	}
	return 0;
}

static int
fec(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(start_with(0, FIXED(25G)), 0);
	T_TRY(t_wait_link(0, true));
	T_TRY(fec_expect(0, RS));
	T_EQ(rte_eth_fec_set(F.id[0], BASER), 0);
	T_TRY(fec_expect(0, BASER));
	T_TRY(fec_expect(1, BASER));
	T_EQ(rte_eth_fec_set(F.id[0], NOFEC), 0);
	T_TRY(fec_expect(1, NOFEC));
	T_TRY(t_ping(0));
	/* Both insist, on different ones; then one has the choice of two. */
	T_EQ(rte_eth_fec_set(F.id[1], RS), 0);
	T_TRY(t_wait_link(0, false));
	T_TRY(fec_expect(0, NOFEC));
	T_TRY(fec_expect(1, RS));
	T_EQ(rte_eth_fec_set(F.id[0], AUTO | RS), 0);
	T_TRY(t_wait_link(0, true));
	T_TRY(fec_expect(0, RS));
	T_TRY(t_ping(0));
	T_EQ(rte_eth_fec_set(F.id[1], AUTO | BASER), 0);
	T_TRY(fec_expect(0, NOFEC));
	T_EQ(rte_eth_fec_set(F.id[0], BASER | RS), -EINVAL);
	T_EQ(rte_eth_fec_set(F.id[0], RS << 4), -EINVAL);
	T_EQ(rte_eth_fec_set(F.id[0], 0), -EINVAL);
	T_TRY(fec_expect(0, NOFEC));
	T_EQ(rte_eth_fec_set(F.id[1], AUTO), 0);
	T_TRY(fec_expect(0, RS));
	T_EQ(rte_eth_fec_set(F.id[0], AUTO), 0);
	T_EQ(rte_eth_dev_set_link_down(F.id[0]), 0);
	T_TRY(t_wait_link(0, false));
	T_TRY(fec_expect(0, AUTO));
	T_EQ(start_with(0, RTE_ETH_LINK_SPEED_AUTONEG), 0);
	T_TRY(t_wait_link(0, true));
	return fec_expect(0, RS);
}

/* ---- refusals, resets ---- */

/* What the device refuses has changed nothing, nor does it come true later. */
static int
refused(void)
{
	struct rte_eth_fc_conf fc;

	T_TRY(t_up_all(NULL));
	T_TRY(t_wait_link(1, true));
	T_TRY(t_fault("aq fail op=0x0601 rc=5"));
	T_EQ(rte_eth_fec_set(F.id[1], NOFEC), -EIO);
	T_TRY(fec_expect(1, RS));
	T_EQ(fc_get(1, &fc), 0);
	fc.mode = RTE_ETH_FC_FULL;
	fc.pause_time = 0x222;
	T_TRY(t_fault("aq fail op=0x0601 rc=5"));
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[1], &fc), -EIO);
	T_EQ(t_state(T_DEV, STATE_OF_1, "pause_quanta"), 0xFFFF);
	fc.pause_time = 0x333;
	T_TRY(t_fault("aq fail op=0x0603 rc=5"));
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[1], &fc), -EIO);
	T_TRY(fc_expect(1, RTE_ETH_FC_NONE));
	T_TRY(reset_of_the_device("corer"));
	T_TRY(fec_expect(1, RS));
	T_TRY(fc_expect(1, RTE_ETH_FC_NONE));
	T_EQ(t_state(T_DEV, STATE_OF_1, "pause_quanta"), 0xFFFF);
	return 0;
}

static int
after_reset(void)
{
	struct rte_eth_fc_conf fc;

	T_TRY(t_up_all(NULL));
	T_EQ(start_with(1, FIXED(25G)), 0);
	T_TRY(t_wait_link(1, true));
	T_EQ(fc_get(1, &fc), 0);
	fc.mode = RTE_ETH_FC_RX_PAUSE;
	fc.pause_time = 0x222;
	T_EQ(rte_eth_dev_flow_ctrl_set(F.id[1], &fc), 0);
	T_EQ(rte_eth_fec_set(F.id[1], BASER), 0);
	T_TRY(reset_of_the_device("corer"));
	T_TRY(expect_speed(1, RTE_ETH_SPEED_NUM_25G, RTE_ETH_LINK_FIXED));
	T_TRY(fec_expect(1, BASER));
	T_TRY(fc_expect(1, RTE_ETH_FC_RX_PAUSE));
	T_EQ(t_state(T_DEV, STATE_OF_1, "pause_quanta"), 0x222);
	T_TRY(fec_expect(0, RS));
	return fc_expect(0, RTE_ETH_FC_NONE);
}

static const struct t_case cases[] = {
	{ "speeds", speeds, 2, T_WIRED, NULL },
	{ "slow_port", slow_port, 2, T_SIM, "speed1=25" },
	{ "port_options", port_options, 2, T_SIM, NULL },
	{ "flow_ctrl", flow_ctrl, 4, T_WIRED, NULL },
	{ "flow_ctrl_wrong", flow_ctrl_wrong, 2, T_WIRED, NULL },
	{ "flow_ctrl_fixed", flow_ctrl_fixed, 2, T_WIRED, NULL },
	{ "pause_frames", pause_frames, 2, T_SIM, NULL },
	{ "fec_capability", fec_capability, 1, 0, NULL },
	{ "fec", fec, 2, T_WIRED, NULL },
	{ "refused", refused, 2, T_SIM, NULL },
	{ "after_reset", after_reset, 2, T_SIM, NULL },
};

T_SUITE(phy, cases);
