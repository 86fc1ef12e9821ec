/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>

#include "vf_hostile.h"

#define FNS	(1 + VFH_VFS)

/* What a port is to its application. */
struct port_state {
	struct rte_ether_addr mac;
	struct rte_eth_link link;
	struct rte_eth_stats stats;
	struct rte_eth_rss_reta_entry64 reta[8];
	uint8_t key[64];
	struct rte_eth_rss_conf rss;
	uint16_t mtu;
	int promisc, allmulti;
};

static struct {
	uint16_t vf;
	uint64_t digest[FNS];
	int64_t violations[FNS];
	struct port_state port[T_MAX_PORTS];
	char driver[FNS][4096];
} S;

static int
port_get(uint8_t lport, struct port_state *s)
{
	struct rte_eth_dev_info info;
	uint16_t id = F.id[lport];

	memset(s, 0, sizeof(*s));
	T_EQ(rte_eth_dev_info_get(id, &info), 0);
	T_EQ(rte_eth_macaddr_get(id, &s->mac), 0);
	T_EQ(rte_eth_link_get_nowait(id, &s->link), 0);
	T_EQ(rte_eth_stats_get(id, &s->stats), 0);
	T_EQ(rte_eth_dev_get_mtu(id, &s->mtu), 0);
	s->promisc = rte_eth_promiscuous_get(id);
	s->allmulti = rte_eth_allmulticast_get(id);
	memset(s->reta, 0xFF, sizeof(s->reta));
	T_EQ(rte_eth_dev_rss_reta_query(id, s->reta, info.reta_size), 0);
	s->rss.rss_key = s->key;
	s->rss.rss_key_len = sizeof(s->key);
	T_EQ(rte_eth_dev_rss_hash_conf_get(id, &s->rss), 0);
	s->rss.rss_key = NULL;
	return 0;
}

/* What the driver knows of a VF, but for how often it spoke. */
static int
driver_get(uint16_t vf, char *buf, size_t len)
{
	char cmd[64], *cnt;

	snprintf(cmd, sizeof(cmd), "/ice_mp/vf_info," T_DEV ",%u", vf);
	snprintf(buf, len, "%s", t_telemetry_text(cmd));
	cnt = strstr(buf, "\"messages\":");
	T_CHECK(strstr(buf, "\"state\":") != NULL && cnt != NULL, "the driver tells of VF %u: %s",
		vf, buf);
	*cnt = '\0';
	return 0;
}

int
vfh_before(uint16_t vf)
{
	uint16_t fn;
	uint8_t i;

	S.vf = vf;
	for (fn = 0; fn < FNS; fn++) {
		T_EQ(sim.fn_digest(T_DEV, fn, &S.digest[fn]), 0);
		S.violations[fn] = sim.fn_violations(T_DEV, fn);
		if (fn > 0)
			T_TRY(driver_get(fn - 1, S.driver[fn], sizeof(S.driver[fn])));
	}
	for (i = 0; i < F.nb; i++)
		T_TRY(port_get(i, &S.port[i]));
	return 0;
}

int
vfh_same(bool also)
{
	static struct port_state now;
	static char text[4096];
	uint64_t digest;
	uint16_t fn;
	uint8_t i;

	for (fn = 0; fn < FNS; fn++) {
		if (fn == 1 + S.vf && !also)
			continue;
		T_EQ(sim.fn_digest(T_DEV, fn, &digest), 0);
		if (fn == 0)
			T_CHECK(digest == S.digest[fn], "the device changed what is the PF's");
		T_CHECK(digest == S.digest[fn], "the device changed what is VF %u's", fn - 1);
		if (fn != 1 + S.vf)
			T_EQ(sim.fn_violations(T_DEV, fn), S.violations[fn]);
		if (fn == 0)
			continue;
		T_TRY(driver_get(fn - 1, text, sizeof(text)));
		T_CHECK(strcmp(text, S.driver[fn]) == 0, "the driver has VF %u as %s, before %s",
			fn - 1, text, S.driver[fn]);
	}
	for (i = 0; i < F.nb; i++) {
		T_TRY(port_get(i, &now));
		T_CHECK(memcmp(&now, &S.port[i], sizeof(now)) == 0, "lport %u is not as before",
			i);
	}
	return 0;
}

int
vfh_up(void)
{
	static const struct vfc_opt opt = { .queues = 2 };
	uint16_t vf;

	T_TRY(t_up_all(NULL));
	T_TRY(vfc_begin(VFH_VFS, &opt));
	for (vf = VFH_FAR; vf <= VFH_NEAR; vf++) {
		T_TRY(vfc_up(vfc_of(vf)));
		T_TRY(vfc_wait_link(vfc_of(vf), true));
		T_EQ(vfc_of(vf)->nb_q, 2);
		T_TRY(vfc_ping(vf));
	}
	return 0;
}

int
vfh_all_well(void)
{
	struct ice_mp_vc_stats stats;
	uint16_t vf;

	T_TRY(t_ping(0));
	T_EQ(sim.fn_violations(T_DEV, 0), 0);
	for (vf = VFH_FAR; vf <= VFH_NEAR; vf++) {
		T_CHECK(vfc_alive(vfc_of(vf)), "VF %u was reset", vf);
		T_EQ(vfc_stats(vfc_of(vf), &stats), ICE_MP_VC_OK);
		T_EQ(vfc_of(vf)->strays, 0);
		T_EQ(vfc_of(vf)->nb_impending, 0);
		T_EQ(sim.fn_violations(T_DEV, 1 + vf), 0);
		T_TRY(vfc_ping(vf));
	}
	/* It starts anew as after a crash of its host. */
	T_EQ(sim.vf_flr(T_DEV, VFH_BAD), 0);
	T_TRY(vfc_again(vfc_of(VFH_BAD)));
	return vfc_ping(VFH_BAD);
}
