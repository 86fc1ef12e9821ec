/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * VFs through resets of everything: of themselves, of their port, of the PF.
 * Each client recovers by its own ordinary path: it sees that its mailbox is
 * gone, waits until the PF says that the VF is there, and starts anew.
 */

#include <errno.h>

#include "vf_client.h"

#define VFS	6

/* Frames that came while somebody was away are stale. */
static void
drain(void)
{
	static struct vfc_frame f;
	struct rte_mbuf *m;
	uint16_t vf;
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		while (t_recv(i, 0, &m, 1, 0) == 1)
			rte_pktmbuf_free(m);
	for (vf = 0; vf < VFS; vf++)
		while (vfc_rx(vfc_of(vf), 0, &f, 0))
			;
}

static int
all_up(void)
{
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(VFS, &(struct vfc_opt){ .linux_like = false }));
	for (vf = 0; vf < VFS; vf++) {
		struct vfc *c = vfc_of(vf);

		/* Both kinds. */
		c->opt.linux_like = vf & 1;
		c->opt.caps = vf & 1 ? VFC_CAPS_LINUX : VFC_CAPS_DPDK;
		T_TRY(vfc_up(c));
		T_TRY(vfc_wait_link(c, true));
		T_TRY(vfc_ping(vf));
	}
	return 0;
}

/* Those of `mask` were reset and come back with what they had, the others never
 * noticed anything. */
static int
come_back(uint32_t mask)
{
	uint8_t mac[VFS][6];
	uint16_t vf;

	for (vf = 0; vf < VFS; vf++) {
		memcpy(mac[vf], vfc_of(vf)->mac, 6);
		if (mask & 1u << vf)
			T_WAIT(!vfc_alive(vfc_of(vf)), T_WAIT_MS, "VF %u was not reset", vf);
	}
	for (vf = 0; vf < VFS; vf++) {
		struct vfc *c = vfc_of(vf);

		if ((mask & 1u << vf) == 0) {
			T_CHECK(vfc_alive(c), "VF %u was reset, too", vf);
			vfc_drain(c);
			T_EQ(c->nb_impending, 0);
			T_EQ(c->link_up, 1);
			continue;
		}
		T_TRY(vfc_again(c));
		T_CHECK(memcmp(mac[vf], c->mac, 6) == 0, "VF %u has another address now", vf);
		T_TRY(vfc_wait_link(c, true));
	}
	for (vf = 0; vf < F.nb; vf++)
		T_TRY(t_wait_link(vf, true));
	drain();
	for (vf = 0; vf < VFS; vf++)
		T_TRY(vfc_ping(vf));
	for (vf = 0; vf < VFS; vf++)
		T_EQ(sim.fn_violations(T_DEV, 1 + vf), 0);
	return 0;
}

#define ALL	((1u << VFS) - 1)

/* ---- of one VF ---- */

static int
flr(void)
{
	uint16_t vf;

	T_TRY(all_up());
	for (vf = 0; vf < VFS; vf++) {
		T_EQ(sim.vf_flr(T_DEV, vf), 0);
		T_TRY(come_back(1u << vf));
	}
	/* Several at once. */
	T_EQ(sim.vf_flr(T_DEV, 1), 0);
	T_EQ(sim.vf_flr(T_DEV, 4), 0);
	T_EQ(sim.vf_flr(T_DEV, 5), 0);
	return come_back(1u << 1 | 1u << 4 | 1u << 5);
}

static int
by_itself(void)
{
	uint16_t vf;

	T_TRY(all_up());
	for (vf = 0; vf < VFS; vf++) {
		T_EQ(vfc_send(vfc_of(vf), ICE_MP_VC_RESET_VF, NULL, 0), 0);
		T_TRY(come_back(1u << vf));
	}
	return 0;
}

/* Disabled and enabled again by the host, while others run. */
static int
host(void)
{
	uint16_t vf;

	T_TRY(all_up());
	for (vf = 3; vf < VFS; vf++)
		vfc_close(vfc_of(vf));
	T_EQ(sim.vf_enable(T_DEV, 3), 0);
	for (vf = 0; vf < 3; vf++) {
		T_CHECK(vfc_alive(vfc_of(vf)), "VF %u was reset", vf);
		T_TRY(vfc_ping(vf));
	}
	T_EQ(sim.vf_enable(T_DEV, VFS), 0);
	for (vf = 3; vf < VFS; vf++) {
		T_TRY(vfc_open(vfc_of(vf), vf, NULL));
		T_TRY(vfc_up(vfc_of(vf)));
		T_TRY(vfc_wait_link(vfc_of(vf), true));
		T_TRY(vfc_ping(vf));
	}
	return 0;
}

/* ---- of the PF ---- */

static int
of_pf(const char *kind)
{
	int64_t before;

	T_TRY(all_up());
	before = t_recoveries();
	T_TRY(t_fault("reset %s", kind));
	T_WAIT(t_recoveries() == before + 1, 20000, "no recovery from %s", kind);
	T_TRY(come_back(ALL));
	before = t_recoveries();
	T_TRY(t_fault("reset %s", kind));
	T_WAIT(t_recoveries() == before + 1, 20000, "no second recovery from %s", kind);
	return come_back(ALL);
}

static int
pfr(void)
{
	return of_pf("pfr");
}

static int
corer(void)
{
	return of_pf("corer");
}

static int
globr(void)
{
	return of_pf("globr");
}

static int
empr(void)
{
	return of_pf("empr");
}

/* VFs that had nothing yet, or are on their way, when the PF resets. */
static int
half_way(void)
{
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(VFS, NULL));
	vfc_mbx_up(vfc_of(1));
	vfc_mbx_up(vfc_of(2));
	T_EQ(vfc_version(vfc_of(2)), ICE_MP_VC_OK);
	T_TRY(vfc_hello(vfc_of(3)));
	T_TRY(vfc_hello(vfc_of(4)));
	vfc_rings_reset(vfc_of(4));
	T_EQ(vfc_config_queues(vfc_of(4), 1), ICE_MP_VC_OK);
	T_TRY(vfc_up(vfc_of(5)));
	T_TRY(t_fault("reset corer"));
	T_WAIT(t_recoveries() == 1, 20000, "no recovery");
	for (vf = 0; vf < VFS; vf++) {
		T_TRY(vfc_again(vfc_of(vf)));
		T_TRY(vfc_wait_link(vfc_of(vf), true));
	}
	drain();
	for (vf = 0; vf < VFS; vf++)
		T_TRY(vfc_ping(vf));
	return 0;
}

/* A VF reset by its host while the PF is being reset. */
static int
both(void)
{
	unsigned int i;

	T_TRY(all_up());
	for (i = 0; i < 5; i++) {
		int64_t before = t_recoveries();

		T_TRY(t_fault("reset %s", i & 1 ? "corer" : "pfr"));
		T_EQ(sim.vf_flr(T_DEV, i), 0);
		T_EQ(sim.vf_flr(T_DEV, (i + 3) % VFS), 0);
		T_WAIT(t_recoveries() > before, 20000, "no recovery");
		T_EQ(sim.vf_flr(T_DEV, i), 0);
		/* The last one may still be under way. */
		T_WAIT(!vfc_alive(vfc_of(i)), T_WAIT_MS, "VF %u was not reset", i);
		T_TRY(come_back(ALL));
	}
	return 0;
}

/* ---- of a port ---- */

/* One port stops and starts: its VFs run on, as do the others. */
static int
port_stop(void)
{
	uint16_t vf;

	T_TRY(all_up());
	T_TRY(t_down(0));
	for (vf = 0; vf < VFS; vf++)
		T_CHECK(vfc_alive(vfc_of(vf)), "VF %u was reset", vf);
	/* They have the wire of the port that stopped. */
	T_TRY(vfc_ping(0));
	T_TRY(vfc_ping(4));
	T_TRY(t_up(0, NULL));
	T_TRY(t_wait_link(0, true));
	return come_back(0);
}

/* rte_eth_dev_reset() of one port: nobody but that port notices. */
static int
port_reset(void)
{
	uint16_t vf;

	T_TRY(all_up());
	T_TRY(t_down(2));
	T_EQ(rte_eth_dev_reset(F.id[2]), 0);
	T_TRY(t_up(2, NULL));
	T_TRY(t_wait_link(2, true));
	for (vf = 0; vf < VFS; vf++)
		if (vf % F.nb != 2)
			T_CHECK(vfc_alive(vfc_of(vf)), "VF %u was reset", vf);
	return come_back(vfc_alive(vfc_of(2)) ? 0 : 1u << 2);
}

/* A port is closed: its VFs are told and lose everything, the others run on. */
static int
port_close(void)
{
	uint16_t vf;

	T_TRY(all_up());
	T_TRY(t_down(3));
	T_EQ(rte_eth_dev_close(F.id[3]), 0);
	T_WAIT((vfc_drain(vfc_of(3)), !vfc_alive(vfc_of(3)) || vfc_of(3)->link_up == 0),
	       T_WAIT_MS, "VF 3 was told nothing");
	for (vf = 0; vf < VFS; vf++) {
		if (vf == 3)
			continue;
		T_CHECK(vfc_alive(vfc_of(vf)), "VF %u was reset", vf);
		vfc_drain(vfc_of(vf));
		T_EQ(vfc_of(vf)->nb_impending + vfc_of(vf)->nb_close, 0);
	}
	/* 0:1 still has both its ends. */
	T_TRY(vfc_ping(0));
	T_TRY(vfc_ping(1));
	return vfc_ping(4);
}

/* The PF goes: VFs are told, and nobody answers them any more. */
static int
pf_goes(void)
{
	struct vfc *c;
	uint16_t vf;

	T_TRY(all_up());
	/* The device goes with it here: what is left of its mailboxes are the clients'
	 * rings, into which it has written until then. */
	T_EQ(t_remove(T_DEV), 0);
	F.attached = false;
	for (vf = 0; vf < VFS; vf++) {
		c = vfc_of(vf);
		vfc_drain(c);
		T_CHECK(c->nb_impending + c->nb_close > 0 || c->link_up == 0,
			"VF %u was told nothing", vf);
	}
	return 0;
}

static const struct t_case cases[] = {
	{ "flr", flr, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "by_itself", by_itself, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "host", host, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "pfr", pfr, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "corer", corer, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "globr", globr, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "empr", empr, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "half_way", half_way, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "both", both, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "port_stop", port_stop, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "port_reset", port_reset, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "port_close", port_close, 4, T_SIM | T_WIRED, "vfs=6" },
	{ "pf_goes", pf_goes, 4, T_SIM | T_WIRED, "vfs=6" },
};

T_SUITE(vf_reset, cases);
