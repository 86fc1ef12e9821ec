/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Administration of VFs: resets, moves, what outlives a reset of the PF; the
 * other ways to it: telemetry, and the application's say about messages.
 */

#include <errno.h>
#include <pthread.h>

#include "ice_mp_ext.h"
#include "vf_admin.h"

static const struct rte_ether_addr mac_a = { { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 } };
static const struct rte_ether_addr mac_b = { { 0x02, 0x11, 0x22, 0x33, 0x44, 0x66 } };
static const struct rte_ether_addr nobody = { { 0x02, 0x99, 0x99, 0x99, 0x99, 0x99 } };
static const struct rte_ether_addr zero;

static uint8_t out[T_MAX_FRAME];
static struct vfc_frame in;

static int
reset(void)
{
	struct rte_pmd_ice_mp_vf_info info;
	uint16_t vf;

	T_TRY(vfa_all_up(4));
	T_EQ(vfa.reset(VFA_ID(1), 1), 0);
	/* It hears of it. */
	T_WAIT((vfc_drain(vfc_of(1)), vfc_of(1)->nb_impending == 1) || !vfc_alive(vfc_of(1)),
	       T_WAIT_MS, "VF 1 is told nothing");
	T_EQ(vfc_of(1)->nb_impending, 1);
	T_WAIT(!vfc_alive(vfc_of(1)), T_WAIT_MS, "VF 1 was not reset");
	T_WAIT(vfa.info_get(VFA_ID(1), 1, &info) == 0 && info.state == RTE_PMD_ICE_MP_VF_READY,
	       T_WAIT_MS, "VF 1 does not become ready");
	T_EQ(info.resets, 1);
	T_EQ(info.nb_queues, 0);
	T_EQ(info.nb_macs, 0);
	for (vf = 0; vf < 4; vf++) {
		if (vf == 1)
			continue;
		T_EQ(vfa.info_get(VFA_ID(vf), vf, &info), 0);
		T_EQ(info.state, RTE_PMD_ICE_MP_VF_RUNNING);
		T_EQ(info.resets, 0);
		T_CHECK(vfc_alive(vfc_of(vf)), "VF %u was reset, too", vf);
	}
	T_TRY(vfc_again(vfc_of(1)));
	/* One that has nothing is reset at once. */
	T_EQ(vfa.reset(VFA_ID(1), 1), 0);
	T_WAIT(!vfc_alive(vfc_of(1)), T_WAIT_MS, "VF 1 was not reset");
	T_WAIT(vfa.info_get(VFA_ID(1), 1, &info) == 0 && info.state == RTE_PMD_ICE_MP_VF_READY,
	       T_WAIT_MS, "VF 1 does not become ready");
	T_EQ(vfa.reset(VFA_ID(1), 1), 0);
	T_EQ(vfa.info_get(VFA_ID(1), 1, &info), 0);
	T_EQ(info.resets, 3);
	return 0;
}

static int
move(void)
{
	struct rte_pmd_ice_mp_vf_info info;
	uint32_t map = 0;
	struct vfc *c;

	T_TRY(vfa_all_up(8));
	c = vfc_of(0);
	T_EQ(vfa.mac_set(VFA_ID(0), 0, &mac_a), 0);
	T_WAIT(!vfc_alive(c), T_WAIT_MS, "VF 0 was not reset");
	T_WAIT(vfa.info_get(VFA_ID(0), 0, &info) == 0 && info.state == RTE_PMD_ICE_MP_VF_READY,
	       T_WAIT_MS, "VF 0 does not become ready");
	/* A VF there has its address. */
	T_EQ(vfa.mac_set(VFA_ID(6), 6, &mac_a), 0);
	T_EQ(vfa.move(F.id[0], 0, F.id[2]), -EADDRINUSE);
	T_EQ(vfa.mac_set(VFA_ID(6), 6, &zero), 0);
	T_EQ(vfa.move(F.id[0], 0, F.id[2]), 0);
	T_EQ(sim.reg_read(T_DEV, VF_PORT_MAP, &map), 0);
	T_EQ(map, 0x03020102);
	T_EQ(vfa.info_get(F.id[0], 0, &info), -ENOENT);
	T_EQ(vfa.info_get(F.id[2], 0, &info), 0);
	T_EQ(info.lport, 2);
	T_CHECK(rte_is_same_ether_addr(&info.admin_mac, &mac_a), "it lost its address");
	T_TRY(vfc_again(c));
	T_TRY(vfc_wait_link(c, true));
	T_CHECK(memcmp(c->mac, &mac_a, 6) == 0, "it is not told its address");
	/* Frames come from port 2's wire, which is port 3's, and not from port 1's. */
	vfa_frame(out, VFA_LEN, &mac_a, &nobody, 9);
	T_TRY(t_send_bytes(1, out, VFA_LEN));
	T_TRY(t_recv_none(0));
	T_CHECK(!vfc_rx(c, 0, &in, 2), "it is still on port 0");
	T_TRY(t_send_bytes(3, out, VFA_LEN));
	T_CHECK(vfc_rx(c, 0, &in, T_WAIT_MS), "it is not on port 2");
	/* The link is port 2's. */
	T_TRY(t_fault("link 2 down"));
	T_TRY(vfc_wait_link(c, false));
	T_TRY(t_fault("link 2 up"));
	T_TRY(vfc_wait_link(c, true));
	/* It stays there. */
	T_TRY(t_fault("reset corer"));
	T_WAIT(t_recoveries() == 1, T_WAIT_MS, "no recovery");
	T_EQ(sim.reg_read(T_DEV, VF_PORT_MAP, &map), 0);
	T_EQ(map, 0x03020102);
	T_EQ(vfa.info_get(F.id[2], 0, &info), 0);
	return 0;
}

/* ---- resets of the PF ---- */

static int
survives(const char *kind)
{
	struct rte_pmd_ice_mp_vf_info was, other;
	int64_t before = t_recoveries();
	struct vfc *c;

	T_TRY(vfa_all_up(4));
	c = vfc_of(0);
	T_EQ(vfa.mac_set(VFA_ID(0), 0, &mac_a), 0);
	T_EQ(vfa.vlan_set(VFA_ID(0), 0, VFA_VLAN, VFA_PRIO, RTE_ETHER_TYPE_VLAN), 0);
	T_EQ(vfa.trust_set(VFA_ID(0), 0, true), 0);
	T_EQ(vfa.spoof_check_set(VFA_ID(0), 0, false), 0);
	T_EQ(vfa.promisc_set(VFA_ID(0), 0, false, true), 0);
	T_EQ(vfa.link_set(VFA_ID(0), 0, RTE_PMD_ICE_MP_VF_LINK_UP), 0);
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 5, 1000), 0);
	T_EQ(vfa.mtu_set(VFA_ID(0), 0, 9000), 0);
	T_TRY(vfa_comes_again(c));
	T_EQ(vfa.info_get(VFA_ID(0), 0, &was), 0);
	T_EQ(vfa.info_get(VFA_ID(2), 2, &other), 0);
	T_TRY(t_fault("reset %s", kind));
	/* In the middle of it: later, but done. */
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 6, 900), 0);
	was.min_tx_mbps = 6;
	was.max_tx_mbps = 900;
	T_WAIT(t_recoveries() == before + 1, T_WAIT_MS, "no recovery");
	T_TRY(vfa_info_is(0, &was));
	T_TRY(vfa_info_is(2, &other));
	T_TRY(vfa_comes_again(c));
	T_TRY(vfa_comes_again(vfc_of(2)));
	T_CHECK(memcmp(c->mac, &mac_a, 6) == 0, "the address is not what was decided");
	T_TRY(vfa_port_vlan_works(c));
	T_TRY(t_fault("link 0 down"));
	T_TRY(vfc_wait_link(vfc_of(2), false));
	vfc_drain(c);
	T_EQ(c->link_up, 1);
	T_TRY(vfa_info_is(0, &was));
	return 0;
}

static int
survives_corer(void)
{
	return survives("corer");
}

static int
survives_empr(void)
{
	return survives("empr");
}

/* ---- what the device refuses ---- */

/* Each command in turn that puts a decision in force: what was before stays. */
static int
undone(void)
{
	static const char *const rules[] = { "0x02A0", "0x0211" };
	static const char *const rates[] = { "0x0410", "0x0404", "0x0403" };
	struct rte_pmd_ice_mp_vf_info was;
	struct vfc *c;
	unsigned int i;

	T_TRY(vfa_all_up(2));
	c = vfc_of(0);
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 0, 500), 0);
	T_EQ(vfa.info_get(VFA_ID(0), 0, &was), 0);
	for (i = 0; i < RTE_DIM(rules); i++) {
		T_TRY(t_fault("aq fail op=%s rc=5", rules[i]));
		T_CHECK(vfa.promisc_set(VFA_ID(0), 0, true, true) < 0, "refused with %s, but done",
			rules[i]);
		T_TRY(vfa_info_is(0, &was));
		T_TRY(vfa_from_wire(c, &nobody, false));
	}
	T_TRY(t_fault("aq fail op=0x0211 rc=5"));
	T_CHECK(vfa.spoof_check_set(VFA_ID(0), 0, false) < 0, "refused, but done");
	T_TRY(vfa_info_is(0, &was));
	T_TRY(vfa_to_wire(c, &nobody, false));
	for (i = 0; i < RTE_DIM(rates); i++) {
		T_TRY(t_fault("aq fail op=%s rc=5", rates[i]));
		T_CHECK(vfa.rate_set(VFA_ID(0), 0, 1, 1) < 0, "refused with %s, but done",
			rates[i]);
		T_TRY(vfa_info_is(0, &was));
	}
	T_CHECK(vfc_alive(c), "a refusal reset the VF");
	T_EQ(vfa.promisc_set(VFA_ID(0), 0, true, true), 0);
	T_TRY(vfa_from_wire(c, &nobody, true));
	T_EQ(vfa.spoof_check_set(VFA_ID(0), 0, false), 0);
	T_TRY(vfa_to_wire(c, &nobody, true));
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 1, 1), 0);
	return 0;
}

/* ---- everybody at once ---- */

static struct {
	bool stop;		/* atomic */
	int bad;		/* first answer that was not 0; atomic */
	unsigned int rounds[2];
} many;

static void
many_is(int rc)
{
	int none = 0;

	if (rc != 0)
		__atomic_compare_exchange_n(&many.bad, &none, rc, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
}

static void *
many_decide(void *arg)
{
	unsigned int n = 0;

	RTE_SET_USED(arg);
	for (; !__atomic_load_n(&many.stop, __ATOMIC_RELAXED); n++) {
		many_is(vfa.promisc_set(VFA_ID(0), 0, n & 1, n & 2));
		many_is(vfa.rate_set(VFA_ID(0), 0, 0, n & 1 ? 500 : 0));
		many_is(vfa.mac_set(VFA_ID(1), 1, n & 1 ? &mac_a : &mac_b));
		many_is(vfa.spoof_check_set(VFA_ID(0), 0, n & 1));
		many_is(vfa.link_set(VFA_ID(1), 1, n % 3));
		/* The lock is not a fair one. */
		t_pause();
	}
	many.rounds[0] = n;
	return NULL;
}

static void *
many_look(void *arg)
{
	struct rte_pmd_ice_mp_vf_stats stats;
	struct rte_pmd_ice_mp_vf_info info;
	unsigned int n = 0;

	RTE_SET_USED(arg);
	for (; !__atomic_load_n(&many.stop, __ATOMIC_RELAXED); n++) {
		many_is(vfa.info_get(VFA_ID(n), n & 1, &info));
		many_is(vfa.stats_get(VFA_ID(n), n & 1, &stats));
		many_is(vfa.stats_reset(VFA_ID(n), n & 1));
		t_telemetry_text("/ice_mp/vf_info," T_DEV ",0");
		t_pause();
	}
	many.rounds[1] = n;
	return NULL;
}

static int
many_run(void)
{
	int64_t before;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		before = t_recoveries();
		T_TRY(t_fault("reset %s", i & 1 ? "corer" : "globr"));
		T_WAIT(t_recoveries() > before, T_WAIT_MS, "no recovery");
		T_EQ(sim.vf_flr(T_DEV, 0), 0);
		T_TRY(vfa_comes_again(vfc_of(0)));
	}
	return 0;
}

/* One decides, one looks, the device resets, a VF goes and comes. */
static int
at_once(void)
{
	pthread_t decide, look;
	int rc;

	memset(&many, 0, sizeof(many));
	T_TRY(vfa_all_up(2));
	T_EQ(pthread_create(&decide, NULL, many_decide, NULL), 0);
	rc = pthread_create(&look, NULL, many_look, NULL);
	if (rc == 0) {
		rc = many_run();
		__atomic_store_n(&many.stop, true, __ATOMIC_RELAXED);
		pthread_join(look, NULL);
	}
	__atomic_store_n(&many.stop, true, __ATOMIC_RELAXED);
	pthread_join(decide, NULL);
	T_TRY(rc);
	T_EQ(many.bad, 0);
	T_CHECK(many.rounds[0] > 4 && many.rounds[1] > 4, "%u and %u rounds", many.rounds[0],
		many.rounds[1]);
	T_EQ(vfa.promisc_set(VFA_ID(0), 0, false, false), 0);
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 0, 0), 0);
	T_TRY(vfa_from_wire(vfc_of(0), vfc_of(0)->mac, true));
	return vfa_from_wire(vfc_of(0), &nobody, false);
}

/* ---- telemetry ---- */

#define TEL(cmd)	"/ice_mp/" cmd "," T_DEV

static bool
tel_has(const char *cmd, const char *text)
{
	return strstr(t_telemetry_text(cmd), text) != NULL;
}

/* The library answers null to what is refused. */
static bool
tel_refused(const char *cmd)
{
	return strstr(t_telemetry_text(cmd), "null") != NULL;
}

static int
telemetry(void)
{
	static const struct {
		const char *set, *shows;
	} good[] = {
		{ "mac,02:11:22:33:44:55", "\"admin_mac\":\"02:11:22:33:44:55\"" },
		{ "vlan,100:3", "\"vlan\":100,\"vlan_prio\":3" },
		{ "vlan,7", "\"vlan\":7,\"vlan_prio\":0" },
		{ "vlan,0", "\"vlan\":0,\"vlan_prio\":0" },
		{ "trust,on", "\"trust\":1" },
		{ "spoof_check,off", "\"spoof_check\":0" },
		{ "promisc,on", "\"promisc\":1" },
		{ "allmulti,on", "\"allmulti\":1" },
		{ "link,up", "\"link\":\"up\"" },
		{ "link,down", "\"link\":\"down\"" },
		{ "max_tx_mbps,1000", "\"max_tx_mbps\":1000" },
		{ "min_tx_mbps,10", "\"min_tx_mbps\":10" },
		{ "mtu,1400", "\"mtu\":1400" },
		{ "lport,1", "\"lport\":1" },
	};
	static const char *const bad[] = {
		"mac,02:11:22:33:44", "mac,01:11:22:33:44:55", "vlan,4095", "vlan,1:8", "vlan,",
		"vlan,x", "trust,yes", "link,sideways", "max_tx_mbps,-1", "max_tx_mbps,5",
		"mtu,67", "mtu,1400x", "lport,2", "lport,9", "colour,blue", "mac", "trust,on,on",
		"lport,0,",
	};
	struct rte_pmd_ice_mp_vf_info info, before;
	char cmd[256];
	unsigned int i;

	T_CHECK(tel_has(TEL("vf_list"), "\"vf2\":\"lport0 ready\""), "VF 2 is not in the list");
	T_CHECK(!tel_has(TEL("vf_list"), "\"vf4\""), "more VFs than there are");
	for (i = 0; i < RTE_DIM(good); i++) {
		snprintf(cmd, sizeof(cmd), TEL("vf_set") ",2,%s", good[i].set);
		T_CHECK(tel_has(cmd, good[i].shows), "%s: %s", cmd, t_telemetry_text(cmd));
		T_CHECK(tel_has(TEL("vf_info") ",2", good[i].shows), "%s is not there", cmd);
	}
	T_EQ(vfa.info_get(F.id[1], 2, &before), 0);
	T_EQ(before.min_tx_mbps, 10);
	T_EQ(before.max_mtu, 1400);
	T_EQ(before.trusted, true);
	for (i = 0; i < RTE_DIM(bad); i++) {
		snprintf(cmd, sizeof(cmd), TEL("vf_set") ",2,%s", bad[i]);
		T_CHECK(tel_refused(cmd), "%s: %s", cmd, t_telemetry_text(cmd));
	}
	T_CHECK(tel_refused("/ice_mp/vf_set,nobody,2,trust,on"), "no such device");
	T_CHECK(tel_refused("/ice_mp/vf_list"), "no device");
	T_CHECK(tel_refused(TEL("vf_set") ",4,trust,on"), "no such VF");
	T_CHECK(tel_refused(TEL("vf_info") ",4"), "no such VF");
	T_CHECK(tel_refused(TEL("vf_info") ",65538"), "no such VF");
	T_CHECK(tel_refused(TEL("vf_info") ",x"), "no VF");
	T_CHECK(tel_refused(TEL("vf_info") ",2,x"), "a word too many");
	T_EQ(vfa.info_get(F.id[1], 2, &info), 0);
	T_EQ(memcmp(&info, &before, sizeof(info)), 0);
	T_CHECK(tel_has(TEL("vf_reset") ",2", "\"resets_by_pf\":1"), "no reset");
	T_CHECK(tel_refused(TEL("vf_reset") ",4"), "no such VF");
	return 0;
}

/* As many as there can be. */
static int
list_256(void)
{
	T_CHECK(tel_has(TEL("vf_list"), "\"vf0\":\"lport0 ready\""), "the first is missing");
	T_CHECK(tel_has(TEL("vf_list"), "\"vf255\":\"lport7 ready\""), "the last is missing");
	T_CHECK(tel_has(TEL("vf_set") ",255,trust,on", "\"trust\":1"), "the last is not reached");
	return 0;
}

/* ---- messages and the application ---- */

static struct {
	uint16_t op, answer, vf, len, port;
	unsigned int nb, odd;
	bool reset;		/* the VF, from within */
	int rc;
} veto;

static int
veto_cb(uint16_t port_id, enum rte_eth_event_type type, void *arg, void *ret)
{
	struct rte_pmd_ice_mp_mb_event_param *p = ret;

	RTE_SET_USED(arg);
	if (type != RTE_ETH_EVENT_VF_MBOX || p == NULL || p->msg_type != veto.op)
		return 0;
	veto.nb++;
	veto.vf = p->vfid;
	veto.len = p->msglen;
	veto.port = port_id;
	if (p->retval != RTE_PMD_ICE_MP_MB_EVENT_PROCEED ||
	    (p->msg == NULL) != (p->msglen == 0))
		veto.odd++;
	p->retval = veto.answer;
	if (veto.reset)
		veto.rc = vfa.reset(port_id, p->vfid);
	return 0;
}

static int
veto_run(void)
{
	struct rte_pmd_ice_mp_vf_info info;
	struct vfc *c = vfc_of(1);

	/* Refused: not done. */
	veto.op = ICE_MP_VC_ADD_ETH_ADDR;
	veto.answer = RTE_PMD_ICE_MP_MB_EVENT_NOOP_NACK;
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac_a.addr_bytes, ICE_MP_VC_ADDR_EXTRA),
	     ICE_MP_VC_ERR_NOT_SUPPORTED);
	T_TRY(vfa_from_wire(c, &mac_a, false));
	/* Said to be done, but not done. */
	veto.answer = RTE_PMD_ICE_MP_MB_EVENT_NOOP_ACK;
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac_a.addr_bytes, ICE_MP_VC_ADDR_EXTRA),
	     ICE_MP_VC_OK);
	T_TRY(vfa_from_wire(c, &mac_a, false));
	/* Let through. */
	veto.answer = RTE_PMD_ICE_MP_MB_EVENT_PROCEED;
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac_a.addr_bytes, ICE_MP_VC_ADDR_EXTRA),
	     ICE_MP_VC_OK);
	T_TRY(vfa_from_wire(c, &mac_a, true));
	T_EQ(veto.nb, 3);
	T_EQ(veto.odd, 0);
	T_EQ(veto.vf, 1);
	T_EQ(veto.port, F.id[1]);
	T_CHECK(veto.len >= sizeof(struct ice_mp_vc_ether_addrs), "%u bytes", veto.len);
	T_EQ(vfa.info_get(VFA_ID(1), 1, &info), 0);
	T_EQ(info.vetoed, 2);
	/* A VF that is reset while the application looks at its message: too late
	 * for the message. */
	veto.reset = true;
	veto.rc = -1;
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac_b.addr_bytes, ICE_MP_VC_ADDR_EXTRA),
	     ICE_MP_VC_ERR_PARAM);
	T_EQ(veto.rc, 0);
	veto.reset = false;
	T_TRY(vfa_comes_again(c));
	return vfa_from_wire(c, &mac_b, false);
}

static int
mailbox_veto(void)
{
	int rc;

	memset(&veto, 0, sizeof(veto));
	T_TRY(vfa_all_up(2));
	T_EQ(rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_VF_MBOX, veto_cb, NULL), 0);
	rc = veto_run();
	t_unregister(RTE_ETH_ALL, RTE_ETH_EVENT_VF_MBOX, veto_cb, NULL);
	return rc;
}

static const struct t_case cases[] = {
	{ "reset", reset, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "move", move, 4, T_SIM | T_WIRED, "vfs=8" },
	{ "survives_corer", survives_corer, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "survives_empr", survives_empr, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "undone", undone, 2, T_SIM | T_WIRED, "vfs=2" },
	{ "at_once", at_once, 2, T_SIM | T_WIRED, "vfs=2" },
	{ "telemetry", telemetry, 2, T_SIM, "vfs=4" },
	{ "list_256", list_256, 8, T_SIM, "vfs=256" },
	{ "mailbox_veto", mailbox_veto, 2, T_SIM | T_WIRED, "vfs=4" },
};

T_SUITE(vf_admin_life, cases);
