/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * What an application configured is there after a reset of the device. Each
 * row of the table in the design note ("What a recovery restores") is set up
 * before, checked, and checked once more after each kind of reset.
 *
 * Wires: 0:1 2:3 4:5 6:7. What each port is for is said at t_restore_set_up().
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_epoll.h>
#include <rte_interrupts.h>

#include "restore.h"

#define FLOWS		64
#define NB_RXQ		4	/* of port 5; the last one is stopped */
#define VLAN_IN		33
#define VLAN_OUT	34
#define SHORT_MTU	1000

static const struct rte_ether_addr mac_set = { { 2, 0x66, 0, 0, 0, 1 } };
static const struct rte_ether_addr mac_more = { { 2, 0x66, 0, 0, 0, 2 } };
static const struct rte_ether_addr mac_gone = { { 2, 0x66, 0, 0, 0, 3 } };
static const struct rte_ether_addr mc_in = { { 1, 0x66, 0, 0, 0, 4 } };
static const struct rte_ether_addr mc_out = { { 1, 0x66, 0, 0, 0, 5 } };

/* As found before the reset. */
static struct {
	struct rte_ether_addr perm;		/* of port 1, before it was changed */
	int8_t queue[FLOWS];
	uint32_t hash[FLOWS];
	uint64_t phy;
	uint64_t rx[T_MAX_PORTS], rxq[T_MAX_PORTS];
	bool after;
} was;

/* ---- frames ---- */

static int
offer(uint8_t to, const struct rte_ether_addr *da, int vlan, size_t len)
{
	uint8_t from = t_peer(to), buf[4096];

	t_frame(buf, len, from, to, len);
	if (da != NULL)
		memcpy(buf, da, sizeof(*da));
	if (vlan >= 0) {
		memmove(buf + 16, buf + 12, len - 16);
		buf[12] = 0x81;
		buf[13] = 0;
		buf[14] = vlan >> 8;
		buf[15] = vlan;
	}
	return t_send_bytes(from, buf, len);
}

static int
comes(uint8_t to, const struct rte_ether_addr *da, int vlan, size_t len)
{
	uint8_t got[4096];

	T_TRY(offer(to, da, vlan, len));
	T_EQ(t_recv_bytes(to, got, sizeof(got), T_WAIT_MS), len);
	return 0;
}

static int
comes_not(uint8_t to, const struct rte_ether_addr *da, int vlan, size_t len)
{
	T_TRY(offer(to, da, vlan, len));
	return t_recv_none(to);
}

static struct rte_mbuf *
take(uint8_t lport)
{
	struct rte_mbuf *m;

	return t_recv(lport, 0, &m, 1, T_WAIT_MS) == 1 ? m : NULL;
}

/* ---- rows ---- */

static int
mac_default(void)
{
	T_TRY(comes(1, &mac_set, -1, 100));
	return comes_not(1, &was.perm, -1, 100);
}

static int
mac_additional(void)
{
	T_TRY(comes(1, &mac_more, -1, 100));
	return comes_not(1, &mac_gone, -1, 100);
}

static int
multicast_list(void)
{
	T_TRY(comes(1, &mc_in, -1, 100));
	return comes_not(1, &mc_out, -1, 100);
}

static int
broadcast(void)
{
	static const struct rte_ether_addr all = { { 255, 255, 255, 255, 255, 255 } };

	return comes(1, &all, -1, 100);
}

static int
promiscuous(void)
{
	T_EQ(rte_eth_promiscuous_get(F.id[3]), 1);
	return comes(3, &mac_gone, -1, 100);
}

static int
all_multicast(void)
{
	T_TRY(comes(2, &mc_out, -1, 100));
	return comes_not(2, &mac_gone, -1, 100);
}

static int
vlan_filter(void)
{
	T_TRY(comes(1, &mac_set, VLAN_IN, 100));
	T_TRY(comes_not(1, &mac_set, VLAN_OUT, 100));
	return comes_not(1, &mac_set, VLAN_OUT + 1, 100);
}

static int
vlan_strip(void)
{
	struct rte_mbuf *m;
	uint64_t flags;

	T_TRY(offer(3, NULL, 77, 100));
	m = take(3);
	T_CHECK(m != NULL, "no frame");
	flags = m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED;
	T_EQ(m->vlan_tci, 77);
	T_EQ(m->pkt_len, 96);
	rte_pktmbuf_free(m);
	T_CHECK(flags != 0, "not stripped");
	return 0;
}

static int
two_tags(void)
{
	static const uint8_t tags[] = { 0x88, 0xA8, 0x20, 0x64, 0x81, 0x00, 0x40, 0x05 };
	uint8_t buf[108];
	struct rte_mbuf *m;
	uint64_t flags;

	t_frame(buf, 100, 5, 4, 6);
	memmove(buf + 20, buf + 12, 88);
	memcpy(buf + 12, tags, sizeof(tags));
	T_TRY(t_send_bytes(5, buf, sizeof(buf)));
	m = take(4);
	T_CHECK(m != NULL, "no frame");
	flags = m->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED;
	T_EQ(m->pkt_len, 100);
	T_EQ(m->vlan_tci, 0x4005);
	T_EQ(m->vlan_tci_outer, 0x2064);
	rte_pktmbuf_free(m);
	T_CHECK(flags != 0, "not stripped");
	return 0;
}

static int
time_stamps(void)
{
	uint64_t before, after, at;
	struct rte_mbuf *m;

	T_EQ(rte_eth_read_clock(F.id[4], &before), 0);
	T_TRY(offer(4, NULL, -1, 100));
	m = take(4);
	T_CHECK(m != NULL, "no frame");
	at = t_stamp(m);
	rte_pktmbuf_free(m);
	T_EQ(rte_eth_read_clock(F.id[4], &after), 0);
	T_CHECK(at >= before && at <= after, "another time");
	return 0;
}

/* By port 1, received by port 0. */
static int
vlan_insert(void)
{
	uint8_t buf[100], got[128];
	struct rte_mbuf *m;

	t_frame(buf, sizeof(buf), 1, 0, 5);
	m = t_mbuf(F.pool, buf, sizeof(buf), 0);
	T_CHECK(m != NULL, "no mbuf");
	m->ol_flags |= RTE_MBUF_F_TX_VLAN;
	m->vlan_tci = 55;
	T_TRY(t_send(1, 0, &m, 1));
	T_EQ(t_recv_bytes(0, got, sizeof(got), T_WAIT_MS), 104);
	T_CHECK(memcmp(got + 12, "\x81\x00\x00\x37", 4) == 0, "another tag");
	return 0;
}

/* It lies behind the frame; another frame after the reset than before. */
static int
keep_crc(void)
{
	size_t len = was.after ? 101 : 100, i;
	uint32_t crc = UINT32_MAX, got;
	struct rte_mbuf *m;
	const uint8_t *p;

	T_TRY(offer(0, NULL, -1, len));
	m = take(0);
	T_CHECK(m != NULL, "no frame");
	p = rte_pktmbuf_mtod(m, const uint8_t *);
	for (i = 0; i < 8 * len; i++)
		crc = crc >> 1 ^ (((crc ^ p[i / 8] >> i % 8) & 1) ? 0xEDB88320 : 0);
	memcpy(&got, p + len, sizeof(got));
	i = m->pkt_len;
	rte_pktmbuf_free(m);
	T_EQ(i, len);
	T_EQ(got, (uint32_t)~crc);
	return 0;
}

/* The MAC's limit leaves room for two tags. */
static int
mtu(void)
{
	uint16_t now;

	T_EQ(rte_eth_dev_get_mtu(F.id[1], &now), 0);
	T_EQ(now, SHORT_MTU);
	T_TRY(comes(1, &mac_set, -1, SHORT_MTU + 14));
	return comes_not(1, &mac_set, -1, SHORT_MTU + 14 + 9);
}

static int
scattered(void)
{
	return comes(2, NULL, -1, 3000);
}

/* Where each of FLOWS flows to port 5 arrives. */
static int
spread(int8_t *queue, uint32_t *hash)
{
	unsigned int i, got = 0;
	struct rte_mbuf *m;
	uint8_t buf[100];
	uint64_t end;
	uint16_t q;

	memset(queue, -1, FLOWS);
	for (i = 0; i < FLOWS; i++) {
		t_ip_frame(buf, sizeof(buf), 4, 5, i, false, T_UDP);
		T_TRY(t_send_bytes(4, buf, sizeof(buf)));
	}
	for (end = t_now_ms() + T_WAIT_MS; got < FLOWS && t_now_ms() < end;) {
		for (q = 0; q < NB_RXQ; q++) {
			const uint8_t *p;

			if (rte_eth_rx_burst(F.id[5], q, &m, 1) == 0)
				continue;
			p = rte_pktmbuf_mtod(m, const uint8_t *);
			i = (p[34] << 8 | p[35]) - 1024;
			if (i < FLOWS) {
				queue[i] = q;
				hash[i] = m->hash.rss;
			}
			rte_pktmbuf_free(m);
			got++;
		}
		t_pause();
	}
	T_EQ(got, FLOWS);
	return 0;
}

static int
rss_key(void)
{
	uint32_t hash[FLOWS];
	int8_t queue[FLOWS];

	T_TRY(spread(queue, hash));
	if (!was.after)
		memcpy(was.hash, hash, sizeof(hash));
	T_CHECK(memcmp(was.hash, hash, sizeof(hash)) == 0, "other hashes");
	return 0;
}

/* The table knows queues 0 and 2 only. */
static int
rss_table(void)
{
	uint32_t hash[FLOWS];
	int8_t queue[FLOWS];
	unsigned int i, to_2 = 0;

	T_TRY(spread(queue, hash));
	for (i = 0; i < FLOWS; i++) {
		T_CHECK(queue[i] == 0 || queue[i] == 2, "flow %u: queue %d", i, queue[i]);
		to_2 += queue[i] == 2;
	}
	T_CHECK(to_2 > FLOWS / 8, "%u flows on queue 2", to_2);
	if (!was.after)
		memcpy(was.queue, queue, sizeof(queue));
	T_CHECK(memcmp(was.queue, queue, sizeof(queue)) == 0, "other queues");
	return 0;
}

/* Switched off on port 4: everything is for queue 0. */
static int
rss_off(void)
{
	struct rte_mbuf *m[FLOWS];
	uint8_t buf[100];
	unsigned int i;

	for (i = 0; i < FLOWS; i++) {
		t_ip_frame(buf, sizeof(buf), 5, 4, i, false, T_TCP);
		T_TRY(t_send_bytes(5, buf, sizeof(buf)));
	}
	T_EQ(t_recv(4, 0, m, FLOWS, T_WAIT_MS), FLOWS);
	rte_pktmbuf_free_bulk(m, FLOWS);
	return 0;
}

static int
rx_state(uint8_t lport, uint16_t queue, bool runs)
{
	struct rte_eth_rxq_info info;

	T_EQ(rte_eth_rx_queue_info_get(F.id[lport], queue, &info), 0);
	T_CHECK(info.queue_state == (runs ? RTE_ETH_QUEUE_STATE_STARTED :
				     RTE_ETH_QUEUE_STATE_STOPPED),
		"Rx queue %u of lport %u %s", queue, lport, runs ? "is stopped" : "runs");
	return 0;
}

static int
tx_state(uint8_t lport, uint16_t queue, bool runs)
{
	struct rte_eth_txq_info info;
	struct rte_mbuf *m;
	uint8_t buf[100];

	T_EQ(rte_eth_tx_queue_info_get(F.id[lport], queue, &info), 0);
	T_CHECK(info.queue_state == (runs ? RTE_ETH_QUEUE_STATE_STARTED :
				     RTE_ETH_QUEUE_STATE_STOPPED),
		"Tx queue %u of lport %u %s", queue, lport, runs ? "is stopped" : "runs");
	if (!runs)
		return 0;
	t_frame(buf, sizeof(buf), lport, t_peer(lport), queue);
	m = t_mbuf(F.pool, buf, sizeof(buf), 0);
	T_CHECK(m != NULL, "no mbuf");
	T_TRY(t_send(lport, queue, &m, 1));
	m = take(t_peer(lport));
	T_CHECK(m != NULL, "nothing comes from Tx queue %u of lport %u", queue, lport);
	rte_pktmbuf_free(m);
	return 0;
}

static int
rx_queues(void)
{
	uint16_t q;

	for (q = 0; q < NB_RXQ; q++)
		T_TRY(rx_state(5, q, q != NB_RXQ - 1));
	/* Deferred: those the application started. */
	T_TRY(rx_state(4, 0, true));
	T_TRY(rx_state(4, 1, true));
	return rx_state(4, 2, false);
}

static int
tx_queues(void)
{
	T_TRY(tx_state(5, 0, true));
	T_TRY(tx_state(5, 1, false));
	T_TRY(tx_state(4, 0, true));
	T_TRY(tx_state(4, 1, false));
	return tx_state(4, 2, true);
}

/* Enable the interrupt of port 2; none is left over from other rows' frames. */
static int
rx_interrupt_arm(void)
{
	struct rte_epoll_event ev[1];

	memset(ev, 0, sizeof(ev));
	T_EQ(rte_eth_dev_rx_intr_enable(F.id[2], 0), 0);
	while (rte_epoll_wait(RTE_EPOLL_PER_THREAD, ev, 1, 0) == 1)
		;
	return rte_eth_dev_rx_intr_enable(F.id[2], 0);
}

/* Enabled before the reset, not since. */
static int
rx_interrupt(void)
{
	struct rte_epoll_event ev[1];
	uint64_t before, after;

	memset(ev, 0, sizeof(ev));
	T_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, ev, 1, 0), 0);
	T_CHECK(t_xstat(2, "rx_q0_lost_interrupts", &before), "no counter");
	T_TRY(offer(2, NULL, -1, 100));
	T_CHECK(rte_epoll_wait(RTE_EPOLL_PER_THREAD, ev, 1, T_WAIT_MS) == 1, "no interrupt");
	/* By itself: the driver helps where one does not come. */
	T_CHECK(t_xstat(2, "rx_q0_lost_interrupts", &after), "no counter");
	T_EQ(after, before);
	rte_pktmbuf_free(take(2));
	return 0;
}

/* Text of a field of one port in the device's state. */
static const char *
port_field(uint8_t lport, const char *key)
{
	static char json[262144];
	char word[64];
	const char *at;

	if (sim.query(T_DEV, json, sizeof(json)) <= 0)
		return "";
	snprintf(word, sizeof(word), "{\"lport\":%u,", lport);
	at = strstr(json, word);
	if (at == NULL)
		return "";
	snprintf(word, sizeof(word), "\"%s\":", key);
	at = strstr(at, word);
	return at != NULL ? at + strlen(word) : "";
}

static int
link_admin(void)
{
	struct rte_eth_link link;

	T_CHECK(strncmp(port_field(6, "admin_up"), "false", 5) == 0, "lport 6 was set up");
	T_CHECK(strncmp(port_field(5, "admin_up"), "true", 4) == 0, "lport 5 was set down");
	T_EQ(rte_eth_link_get_nowait(F.id[6], &link), 0);
	T_EQ(link.link_status, RTE_ETH_LINK_DOWN);
	return 0;
}

static int
phy_config(void)
{
	uint64_t phy = strtoull(port_field(5, "phy_low"), NULL, 10);

	T_CHECK(phy != 0, "the PHY is not configured");
	if (!was.after)
		was.phy = phy;
	T_CHECK(phy == was.phy, "another configuration of the PHY");
	return 0;
}

static int
link_events(void)
{
	struct t_lsc before, now;

	t_lsc_get(&before);
	T_TRY(t_fault("link 0 down"));
	T_WAIT((t_lsc_get(&now), now.down[0] == before.down[0] + 1), T_WAIT_MS, "not told");
	T_TRY(t_fault("link 0 up"));
	T_WAIT((t_lsc_get(&now), now.up[0] == before.up[0] + 1), T_WAIT_MS, "not told");
	T_TRY(t_wait_link(0, true));
	return t_wait_link(1, true);
}

static unsigned int asked;

static int
on_reset(uint16_t id __rte_unused, enum rte_eth_event_type type __rte_unused,
	 void *arg __rte_unused, void *ret __rte_unused)
{
	__atomic_fetch_add(&asked, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static int
doorbell_events(void)
{
	unsigned int before = __atomic_load_n(&asked, __ATOMIC_SEQ_CST);

	T_TRY(t_fault("event 7 reset"));
	T_WAIT(__atomic_load_n(&asked, __ATOMIC_SEQ_CST) == before + 1, T_WAIT_MS, "not told");
	return 0;
}

/* Not a frame is forgotten or invented. */
static int
statistics(void)
{
	struct rte_eth_stats st;
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		uint64_t q;

		T_EQ(rte_eth_stats_get(F.id[i], &st), 0);
		T_CHECK(t_xstat(i, "rx_q0_packets", &q), "no counter of the queue");
		if (was.after) {
			T_EQ(st.ipackets, was.rx[i]);
			T_EQ(q, was.rxq[i]);
		}
		was.rx[i] = st.ipackets;
		was.rxq[i] = q;
	}
	T_TRY(comes(1, &mac_set, -1, 100));
	T_EQ(rte_eth_stats_get(F.id[1], &st), 0);
	T_EQ(st.ipackets, was.rx[1] + 1);
	was.rx[1]++;
	was.rxq[1]++;
	return 0;
}

static int
port_states(void)
{
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, "lport6", "started"), 1);
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, "lport7", "started"), 0);
	return 0;
}

static const struct {
	const char *name;
	int (*check)(void);
} rows[] = {
	/* First: the others move the counters, and cause interrupts. */
	{ "statistics", statistics },
	{ "Rx interrupts", rx_interrupt },
	{ "default MAC address", mac_default },
	{ "additional MAC addresses", mac_additional },
	{ "multicast list", multicast_list },
	{ "broadcast", broadcast },
	{ "promiscuous mode", promiscuous },
	{ "all-multicast mode", all_multicast },
	{ "VLAN filter", vlan_filter },
	{ "VLAN strip", vlan_strip },
	{ "QinQ strip", two_tags },
	{ "time stamps", time_stamps },
	{ "VLAN insert", vlan_insert },
	{ "CRC", keep_crc },
	{ "MTU", mtu },
	{ "scattered Rx", scattered },
	{ "RSS key", rss_key },
	{ "RSS table", rss_table },
	{ "RSS off", rss_off },
	{ "Rx queue states", rx_queues },
	{ "Tx queue states", tx_queues },
	{ "link state asked for", link_admin },
	{ "link speeds", phy_config },
	{ "link events", link_events },
	{ "doorbell events", doorbell_events },
	{ "port states", port_states },
};

/* ---- set-up ---- */

static int
set_up_rss(void)
{
	struct rte_eth_rss_reta_entry64 reta[2048 / RTE_ETH_RETA_GROUP_SIZE];
	struct rte_eth_rss_conf conf = { 0 };
	struct rte_eth_dev_info info;
	uint8_t key[64];
	unsigned int i;

	T_EQ(rte_eth_dev_info_get(F.id[5], &info), 0);
	T_CHECK(info.hash_key_size <= sizeof(key), "key size");
	for (i = 0; i < info.hash_key_size; i++)
		key[i] = 17 * i + 3;
	conf.rss_key = key;
	conf.rss_key_len = info.hash_key_size;
	conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	T_EQ(rte_eth_dev_rss_hash_update(F.id[5], &conf), 0);
	memset(reta, 0, sizeof(reta));
	for (i = 0; i < info.reta_size; i++) {
		reta[i / RTE_ETH_RETA_GROUP_SIZE].mask = UINT64_MAX;
		reta[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] =
			i % 3 == 1 ? 2 : 0;
	}
	T_EQ(rte_eth_dev_rss_reta_update(F.id[5], reta, info.reta_size), 0);
	conf.rss_key = NULL;
	conf.rss_hf = 0;
	T_EQ(rte_eth_dev_rss_hash_update(F.id[4], &conf), 0);
	return 0;
}

/* 0 KEEP_CRC, link events  1 addresses, VLAN filter and insert, short frames
 * 2 all-multicast, long frames in pieces, interrupt  3 promiscuous, strip
 * 4 deferred queues, RSS off, two tags, time  5 RSS, stopped queues  6 link down  7 stopped */
int
t_restore_set_up(void)
{
	struct rte_ether_addr addr = mac_set, more = mac_more, gone = mac_gone, mc = mc_in;
	uint8_t i;

	memset(&was, 0, sizeof(was));
	T_TRY(t_up(0, &(struct t_up){ .rx_offloads = RTE_ETH_RX_OFFLOAD_KEEP_CRC, .lsc = true }));
	T_TRY(t_up(1, &(struct t_up){ .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER,
				      .tx_offloads = RTE_ETH_TX_OFFLOAD_VLAN_INSERT,
				      .mtu = SHORT_MTU }));
	T_TRY(t_up(2, &(struct t_up){ .rx_offloads = RTE_ETH_RX_OFFLOAD_SCATTER, .mtu = 4000,
				      .rxq_intr = true }));
	T_TRY(t_up(3, &(struct t_up){ .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_STRIP,
				      .mtu = 4000, .pool = F.big }));
	T_TRY(t_up(4, &(struct t_up){ .rxq = 3, .txq = 3, .rx_deferred = true,
				      .tx_deferred = true,
				      .rx_offloads = RTE_ETH_RX_OFFLOAD_QINQ_STRIP |
						     RTE_ETH_RX_OFFLOAD_TIMESTAMP }));
	T_TRY(t_up(5, &(struct t_up){ .rxq = NB_RXQ, .txq = 2,
				      .rx_offloads = RTE_ETH_RX_OFFLOAD_RSS_HASH }));
	T_TRY(t_up(6, NULL));
	T_TRY(t_up(7, &(struct t_up){ .no_start = true }));

	was.perm = (struct rte_ether_addr){ { 0 } };
	T_EQ(rte_eth_macaddr_get(F.id[1], &was.perm), 0);
	T_EQ(rte_eth_dev_default_mac_addr_set(F.id[1], &addr), 0);
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &more, 0), 0);
	T_EQ(rte_eth_dev_mac_addr_add(F.id[1], &gone, 0), 0);
	T_EQ(rte_eth_dev_mac_addr_remove(F.id[1], &gone), 0);
	T_EQ(rte_eth_dev_set_mc_addr_list(F.id[1], &mc, 1), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], VLAN_IN, 1), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], VLAN_OUT, 1), 0);
	T_EQ(rte_eth_dev_vlan_filter(F.id[1], VLAN_OUT, 0), 0);
	T_EQ(rte_eth_allmulticast_enable(F.id[2]), 0);
	T_EQ(rte_eth_promiscuous_enable(F.id[3]), 0);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[4], 0), 0);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[4], 1), 0);
	T_EQ(rte_eth_dev_tx_queue_start(F.id[4], 0), 0);
	T_EQ(rte_eth_dev_tx_queue_start(F.id[4], 2), 0);
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[5], NB_RXQ - 1), 0);
	T_EQ(rte_eth_dev_tx_queue_stop(F.id[5], 1), 0);
	T_TRY(set_up_rss());
	T_EQ(rte_eth_dev_set_link_down(F.id[6]), 0);
	T_EQ(rte_eth_dev_rx_intr_ctl_q(F.id[2], 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD,
				       NULL), 0);
	T_TRY(rx_interrupt_arm());
	T_EQ(rte_eth_dev_callback_register(F.id[7], RTE_ETH_EVENT_INTR_RESET, on_reset, NULL), 0);
	for (i = 0; i < 6; i++)
		T_TRY(t_wait_link(i, true));
	return t_lsc_watch();
}

int
t_restore_check(const char *when)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(rows); i++) {
		if (rows[i].check() != 0)
			T_FAIL("%s, %s the reset", rows[i].name, when);
	}
	return 0;
}

int
t_restore_note(void)
{
	uint8_t i;

	was.after = true;
	for (i = 0; i < F.nb; i++) {
		struct rte_eth_stats st;

		T_EQ(rte_eth_stats_get(F.id[i], &st), 0);
		was.rx[i] = st.ipackets;
		T_CHECK(t_xstat(i, "rx_q0_packets", &was.rxq[i]), "no counter of the queue");
	}
	return rx_interrupt_arm();
}

int
t_restore_end(void)
{
	T_EQ(rte_eth_dev_rx_intr_ctl_q(F.id[2], 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_DEL,
				       NULL), 0);
	t_unregister(F.id[7], RTE_ETH_EVENT_INTR_RESET, on_reset, NULL);
	/* What rested can be used. */
	T_EQ(rte_eth_dev_set_link_up(F.id[6]), 0);
	T_EQ(rte_eth_dev_start(F.id[7]), 0);
	T_TRY(t_wait_link(6, true));
	T_TRY(t_wait_link(7, true));
	return t_ping(6);
}

static int
restored(const char *kind)
{
	uint8_t i;

	T_TRY(t_restore_set_up());
	T_TRY(t_restore_check("before"));
	T_TRY(t_restore_note());
	T_TRY(t_fault("reset %s", kind));
	T_WAIT(t_telemetry("/ice_mp/pf," T_DEV, NULL, "recoveries") == 1, 20000,
	       "no recovery");
	for (i = 0; i < 6; i++)
		T_TRY(t_wait_link(i, true));
	T_TRY(t_restore_check("after"));
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, NULL, "recoveries"), 1);
	return t_restore_end();
}

static int
pfr(void)
{
	return restored("pfr");
}

static int
corer(void)
{
	return restored("corer");
}

static int
globr(void)
{
	return restored("globr");
}

static int
empr(void)
{
	return restored("empr");
}

static const struct t_case cases[] = {
	{ "pfr", pfr, 8, T_SIM | T_WIRED, NULL },
	{ "corer", corer, 8, T_SIM | T_WIRED, NULL },
	{ "globr", globr, 8, T_SIM | T_WIRED, NULL },
	{ "empr", empr, 8, T_SIM | T_WIRED, NULL },
};

T_SUITE(restore, cases);
