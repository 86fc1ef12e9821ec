/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file VFs: how many there are and whose, their mailboxes, their lives, their link. */

#include <errno.h>

#include "ice_mp_ext.h"
#include "vf_client.h"

/* Clients of which there are many: with little memory. */
static const struct vfc_opt small = { .mbx_len = 16, .mbx_buf = 512, .buf = 1024 };

/* The lport of a VF, as the device has it. */
static int
lport_of(uint16_t vf)
{
	uint32_t val = UINT32_MAX;

	sim.reg_read(T_DEV, VF_PORT_MAP + (vf & ~3u), &val);
	return val >> 8 * (vf & 3) & 0xFF;
}

/* ---- enumeration ---- */

static int
enumerate(uint16_t nb)
{
	uint16_t count[T_MAX_PORTS] = { 0 };
	uint32_t val;
	uint16_t vf, k;

	T_EQ(sim.vf_reg_read(T_DEV, 0, VF_VFGEN_RSTAT, &val), -ENOENT);
	T_EQ(sim.vf_enable(T_DEV, nb + 1), -ERANGE);
	T_TRY(vfc_begin(nb, &small));
	T_EQ(sim.vf_reg_read(T_DEV, nb, VF_VFGEN_RSTAT, &val), -ENOENT);
	for (vf = 0; vf < nb; vf++) {
		struct vfc *c = vfc_of(vf);

		T_TRY(vfc_hello(c));
		T_EQ(lport_of(vf), vf % F.nb);
		count[lport_of(vf)]++;
		T_CHECK(rte_is_valid_assigned_ether_addr((void *)c->mac), "VF %u: no address", vf);
		for (k = 0; k < vf; k++)
			T_CHECK(memcmp(c->mac, vfc_of(k)->mac, 6) != 0, "VF %u and %u: one address",
				k, vf);
		for (k = 0; k < F.nb; k++) {
			struct rte_ether_addr pf;

			T_EQ(rte_eth_macaddr_get(F.id[k], &pf), 0);
			T_CHECK(memcmp(c->mac, &pf, 6) != 0, "VF %u has lport %u's address", vf, k);
		}
	}
	for (k = 0; k < F.nb; k++)
		T_EQ(count[k], nb / F.nb + (k < nb % F.nb));
	/* All of them at the same time, with queues that are on. */
	for (vf = 0; vf < nb; vf++)
		T_TRY(vfc_start(vfc_of(vf)));
	for (vf = 0; vf < nb; vf++) {
		T_CHECK(vfc_alive(vfc_of(vf)), "VF %u lost its mailbox", vf);
		T_EQ(vfc_of(vf)->strays, 0);
		T_EQ(sim.fn_violations(T_DEV, 1 + vf), 0);
	}
	/* Fewer, then all again: the first are gone for good, the others start anew. */
	vfc_end();
	T_EQ(sim.vf_enable(T_DEV, 0), 0);
	T_EQ(sim.vf_reg_read(T_DEV, 0, VF_VFGEN_RSTAT, &val), -ENOENT);
	T_TRY(vfc_begin(nb, &small));
	T_TRY(vfc_up(vfc_of(0)));
	return vfc_up(vfc_of(nb - 1));
}

static int
enum_1(void)
{
	return enumerate(1);
}

static int
enum_8(void)
{
	return enumerate(8);
}

static int
enum_64(void)
{
	return enumerate(64);
}

static int
enum_256(void)
{
	return enumerate(256);
}

/* VFs that exist before the driver probes have what those have that come later;
 * some of them are not the driver's to serve. */
static int
not_served(void)
{
	struct vfc *c;

	T_TRY(vfc_begin(8, &small));
	T_TRY(vfc_up(vfc_of(3)));
	c = vfc_of(4);
	vfc_mbx_up(c);
	T_CHECK((vfc_rd(c, VF_VFGEN_RSTAT) & VFGEN_RSTAT_VFR_STATE_M) == VFGEN_RSTAT_INPROGRESS,
		"a VF that is not served is told that it is");
	return 0;
}

/* ---- which port ---- */

/* vf_map=[1,1,0]: VF 0, 1, 2, then again from the first. */
static int
mapped(void)
{
	static const uint8_t want[] = { 1, 1, 0, 1, 1, 0, 1, 1 };
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(8, NULL));
	for (vf = 0; vf < 8; vf++) {
		T_EQ(lport_of(vf), want[vf]);
		T_TRY(vfc_up(vfc_of(vf)));
		T_TRY(vfc_wait_link(vfc_of(vf), true));
	}
	T_TRY(t_fault("link 1 down"));
	for (vf = 0; vf < 8; vf++)
		if (want[vf] == 1)
			T_TRY(vfc_wait_link(vfc_of(vf), false));
	for (vf = 0; vf < 8; vf++) {
		vfc_drain(vfc_of(vf));
		T_EQ(vfc_of(vf)->link_up, want[vf] != 1);
	}
	return 0;
}

/* Each turn one port: its VFs are told once down, once up, with its speed; nobody
 * else is told anything. */
static int
link_of_port(void)
{
	unsigned int before[64], lport;
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(16, &small));
	for (vf = 0; vf < 16; vf++) {
		T_TRY(vfc_up(vfc_of(vf)));
		T_TRY(vfc_wait_link(vfc_of(vf), true));
		T_EQ(vfc_of(vf)->event.severity, ICE_MP_VC_SEVERITY_INFO);
		T_EQ(vfc_of(vf)->event.link_speed, 100000);
		T_CHECK(vfc_of(vf)->event.pad[0] == 0 && vfc_of(vf)->event.pad[1] == 0 &&
			vfc_of(vf)->event.pad[2] == 0, "an event with bytes of somebody's stack");
	}
	for (lport = 0; lport < F.nb; lport++) {
		for (vf = 0; vf < 16; vf++) {
			vfc_drain(vfc_of(vf));
			before[vf] = vfc_of(vf)->nb_events;
		}
		T_TRY(t_fault("link %u down", lport));
		for (vf = lport; vf < 16; vf += F.nb)
			T_TRY(vfc_wait_link(vfc_of(vf), false));
		T_TRY(t_fault("link %u up", lport));
		for (vf = lport; vf < 16; vf += F.nb)
			T_TRY(vfc_wait_link(vfc_of(vf), true));
		/* What else was on its way is here before the answer to this. */
		for (vf = 0; vf < 16; vf++) {
			struct ice_mp_vc_stats s;

			T_EQ(vfc_stats(vfc_of(vf), &s), ICE_MP_VC_OK);
			vfc_drain(vfc_of(vf));
			T_CHECK(vfc_of(vf)->nb_events - before[vf] == (vf % F.nb == lport ? 2 : 0),
				"lport %u changed twice, VF %u was told %u times", lport, vf,
				vfc_of(vf)->nb_events - before[vf]);
		}
	}
	return 0;
}

/* The speed without the capability is a bit; Linux asks for it, others may not. */
static int
link_speed_bit(void)
{
	struct vfc_opt opt = small;
	struct vfc *c;

	opt.caps = ICE_MP_VC_CAP_L2;
	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(1, &opt));
	c = vfc_of(0);
	T_TRY(vfc_up(c));
	T_TRY(vfc_wait_link(c, true));
	T_EQ(c->event.link_speed, ICE_MP_VC_SPEED_40G);
	return 0;
}

/* ---- mailbox ---- */

/* Opcodes that nobody defined, each VF its own: what comes back says whose it was. */
#define OP_OF(vf, n)	(0x10000u + ((uint32_t)(vf) << 8) + (n))

static int
routing_of(uint16_t nb)
{
	enum { EACH = 12 };
	uint16_t vf, n;

	for (vf = 0; vf < nb; vf++)
		T_TRY(vfc_hello(vfc_of(vf)));
	for (vf = 0; vf < nb; vf++)
		vfc_drain(vfc_of(vf));
	/* All send, then all receive. */
	for (n = 0; n < EACH; n++)
		for (vf = 0; vf < nb; vf++)
			T_EQ(vfc_send(vfc_of(vf), OP_OF(vf, n), &vf, sizeof(vf)), 0);
	for (vf = 0; vf < nb; vf++) {
		struct vfc *c = vfc_of(vf);

		for (n = 0; n < EACH; n++) {
			T_CHECK(vfc_recv(c, &c->msg, T_WAIT_MS) == 0, "VF %u: %u of %u answers",
				vf, n, EACH);
			T_CHECK(c->msg.op == OP_OF(vf, n), "VF %u: 0x%x instead of 0x%x", vf,
				c->msg.op, OP_OF(vf, n));
			T_EQ(c->msg.status, ICE_MP_VC_ERR_NOT_SUPPORTED);
			T_EQ(c->msg.desc_op, ICE_MP_AQ_MBX_PF_TO_VF);
		}
	}
	for (vf = 0; vf < nb; vf++)
		T_CHECK(vfc_recv(vfc_of(vf), &vfc_of(vf)->msg, 0) != 0,
			"VF %u: more than it asked for", vf);
	return 0;
}

static int
routing(void)
{
	T_TRY(vfc_begin(8, &small));
	return routing_of(8);
}

static int
routing_256(void)
{
	T_TRY(vfc_begin(256, &small));
	return routing_of(256);
}

/* A message raises vector 0 of its VF, and no other's. */
static int
mailbox_vector(void)
{
	uint64_t n;
	uint16_t vf;

	T_TRY(vfc_begin(8, &small));
	for (vf = 0; vf < 8; vf++)
		T_TRY(vfc_hello(vfc_of(vf)));
	for (vf = 0; vf < 8; vf++) {
		vfc_drain(vfc_of(vf));
		T_EQ(sim.vf_msix(T_DEV, vf, 0, &n), 0);
	}
	/* The vector is off after it fired once. On again, for one: it fires at
	 * once for what came while it was off. */
	do {
		vfc_rd(vfc_of(5), VFINT_ICR01);
		vfc_wr(vfc_of(5), VFINT_DYN_CTL01, GLINT_DYN_CTL_INTENA_M |
		       GLINT_DYN_CTL_CLEARPBA_M |
		       GLINT_DYN_CTL_ITR_NONE << GLINT_DYN_CTL_ITR_INDX_S);
		T_EQ(sim.vf_msix(T_DEV, 5, 0, &n), 0);
	} while (n != 0);
	T_EQ(vfc_version(vfc_of(5)), ICE_MP_VC_OK);
	T_WAIT(sim.vf_msix(T_DEV, 5, 0, &n) == 0 && n == 1, T_WAIT_MS, "vector 0 is silent");
	T_CHECK(vfc_rd(vfc_of(5), VFINT_ICR01) & VFINT_ICR01_ADMINQ_M, "no cause of it");
	for (vf = 0; vf < 8; vf++) {
		T_EQ(sim.vf_msix(T_DEV, vf, 0, &n), 0);
		T_EQ(n, 0);
	}
	return 0;
}

/* Short rings wrap often, and buffers may be smaller than the PF's. They have room for
 * a reply and for what is told unasked: for a VF that does not take its messages the
 * PF waits a moment only. */
static int
small_mailbox(void)
{
	struct vfc_opt opt = { .mbx_len = 4, .mbx_buf = 512 };
	unsigned int i;

	T_TRY(vfc_begin(1, &opt));
	T_TRY(vfc_hello(vfc_of(0)));
	vfc_drain(vfc_of(0));
	for (i = 0; i < 100; i++)
		T_EQ(vfc_ask(vfc_of(0), OP_OF(0, i), NULL, 0), ICE_MP_VC_ERR_NOT_SUPPORTED);
	return 0;
}

/* ---- lives ---- */

static int
lives(bool linux_like)
{
	struct vfc_opt opt = { .linux_like = linux_like, .queues = 4 };
	struct ice_mp_vc_stats s;
	struct vfc *c;
	unsigned int i;
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(4, &opt));
	for (vf = 0; vf < 4; vf++) {
		c = vfc_of(vf);
		T_TRY(vfc_up(c));
		T_EQ(c->res.nb_queue_pairs, 4);
		T_EQ(c->res.max_vectors, 5);
		T_EQ(c->res.rss_key_size, ICE_MP_VC_RSS_KEY_SIZE);
		T_EQ(c->res.rss_lut_size, ICE_MP_VC_RSS_LUT_SIZE);
		T_TRY(vfc_wait_link(c, true));
		for (i = 0; i < 3; i++) {
			T_TRY(vfc_stop(c));
			T_TRY(vfc_start(c));
			T_EQ(vfc_stats(c, &s), ICE_MP_VC_OK);
			T_EQ(c->msg.len, sizeof(s));
		}
		/* How Linux goes, and how a driver begins that finds one gone. */
		T_TRY(vfc_stop(c));
		T_EQ(vfc_send(c, ICE_MP_VC_RESET_VF, NULL, 0), 0);
		T_WAIT(!vfc_alive(c), T_WAIT_MS, "VF %u: RESET_VF has no effect", vf);
		T_TRY(vfc_again(c));
		T_EQ(c->strays, 0);
	}
	return 0;
}

static int
life_dpdk(void)
{
	return lives(false);
}

static int
life_linux(void)
{
	return lives(true);
}

/* Queues on request: fewer or more than now, within the VF's own. */
static int
request_queues(void)
{
	struct ice_mp_vc_vf_res_request r = { .nb_queue_pairs = 2 };
	struct vfc_opt opt = { .queues = 4 };
	struct vfc *c;
	uint16_t got;

	T_TRY(vfc_begin(2, &opt));
	c = vfc_of(1);
	T_TRY(vfc_hello(c));
	if ((c->res.caps & ICE_MP_VC_CAP_REQ_QUEUES) == 0)
		return 0;
	T_EQ(c->res.nb_queue_pairs, 4);
	/* It comes true by a reset, without an answer. */
	T_EQ(vfc_send(c, ICE_MP_VC_REQUEST_QUEUES, &r, sizeof(r)), 0);
	T_WAIT(!vfc_alive(c), T_WAIT_MS, "no reset after REQUEST_QUEUES");
	T_TRY(vfc_again(c));
	T_EQ(c->res.nb_queue_pairs, 2);
	/* What is impossible is answered with what is possible, and nothing changes. */
	r.nb_queue_pairs = 9;
	T_EQ(vfc_ask(c, ICE_MP_VC_REQUEST_QUEUES, &r, sizeof(r)), ICE_MP_VC_OK);
	T_EQ(c->msg.len, sizeof(got));
	memcpy(&got, c->msg.data, sizeof(got));
	T_EQ(got, 4);
	T_CHECK(vfc_alive(c), "a refusal reset the VF");
	return 0;
}

static const struct t_case cases[] = {
	{ "enum_1", enum_1, 1, T_SIM, "vfs=1" },
	{ "enum_8", enum_8, 4, T_SIM, "vfs=8" },
	{ "enum_64", enum_64, 8, T_SIM, "vfs=64" },
	{ "enum_256", enum_256, 8, T_SIM, "vfs=256" },
	{ "not_served", not_served, 2, T_SIM, "vfs=8,vfs=[4]" },
	{ "mapped", mapped, 2, T_SIM | T_WIRED, "vfs=8,vf_map=[1,1,0]" },
	{ "link_of_port", link_of_port, 4, T_SIM | T_WIRED, "vfs=16" },
	{ "link_speed_bit", link_speed_bit, 1, T_SIM | T_WIRED, "vfs=1" },
	{ "routing", routing, 4, T_SIM, "vfs=8" },
	{ "routing_256", routing_256, 8, T_SIM, "vfs=256" },
	{ "mailbox_vector", mailbox_vector, 4, T_SIM, "vfs=8" },
	{ "small_mailbox", small_mailbox, 1, T_SIM, "vfs=1" },
	{ "life_dpdk", life_dpdk, 2, T_SIM | T_WIRED, "vfs=4,vf_queues=4" },
	{ "life_linux", life_linux, 2, T_SIM | T_WIRED, "vfs=4,vf_queues=4" },
	{ "request_queues", request_queues, 2, T_SIM | T_WIRED, "vfs=2,vf_queues=4" },
};

T_SUITE(vf, cases);
