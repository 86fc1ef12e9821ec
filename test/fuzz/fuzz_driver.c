/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Device → driver: the driver probes, runs and leaves a device whose answers,
 * events, messages, write-backs and registers are changed as the input says,
 * while an application, also in the input, uses its ports.
 *
 * What must hold, besides what the sanitizers say: every call comes to an
 * end, received mbufs are sound, and afterwards nothing is left: no mbuf, no
 * memory, no ethdev, no thread, no vector. A driver that had trouble works
 * with the next device.
 */

#include <sched.h>
#include <unistd.h>

#include <ethdev_driver.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include "fuzz_life.h"
#include "ice_mp_event_priv.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"

#define MAX_OPS		200
#define NB_LPORTS	8
#define MAX_BURST	160

static struct {
	uint8_t in_event;	/* callbacks under way */
	uint8_t cb_action;	/* what the event callback does, and to whom */
	uint8_t nb_events;
	uint16_t called;	/* the port of the last control call */
	struct rte_mempool *pool;	/* of Rx queues set up next */
} A;

/* ---- one call of the application ---- */

/* A port that is there; -1: none. */
static int
some_port(struct fuzz_in *in)
{
	unsigned int n = fuzz_nb_ethdevs(), k = in8(in);
	uint16_t id;

	if (n == 0)
		return -1;
	k %= n;
	RTE_ETH_FOREACH_DEV_OF(id, &D.dev)
		if (k-- == 0)
			return A.called = id;
	return -1;
}

static void
setup_queues(uint16_t id, uint16_t rxd, uint16_t txd, const struct rte_eth_rxconf *rxc,
	     const struct rte_eth_txconf *txc)
{
	uint16_t q;

	for (q = 0; q < rte_eth_devices[id].data->nb_rx_queues; q++)
		(void)CALL(rte_eth_rx_queue_setup(id, q, rxd, 0, rxc, A.pool));
	for (q = 0; q < rte_eth_devices[id].data->nb_tx_queues; q++)
		(void)CALL(rte_eth_tx_queue_setup(id, q, txd, 0, txc));
}

static int
configure(uint16_t id, struct fuzz_in *in)
{
	static const uint64_t rx_off[8] = {
		0, RTE_ETH_RX_OFFLOAD_SCATTER, RTE_ETH_RX_OFFLOAD_VLAN_STRIP,
		RTE_ETH_RX_OFFLOAD_VLAN_FILTER | RTE_ETH_RX_OFFLOAD_VLAN_STRIP,
		RTE_ETH_RX_OFFLOAD_KEEP_CRC, RTE_ETH_RX_OFFLOAD_KEEP_CRC |
		RTE_ETH_RX_OFFLOAD_SCATTER, RTE_ETH_RX_OFFLOAD_RSS_HASH, RTE_ETH_RX_OFFLOAD_CHECKSUM,
	};
	static const uint64_t tx_off[4] = {
		0, RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE, RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
		RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_VLAN_INSERT |
		RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM,
	};
	uint8_t k = in8(in), l = in8(in);
	struct rte_eth_conf conf;

	memset(&conf, 0, sizeof(conf));
	conf.rxmode.offloads = rx_off[k & 7];
	conf.txmode.offloads = tx_off[k >> 3 & 3];
	if (k & 0x20)
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf.rx_adv_conf.rss_conf.rss_hf = k & 0x20 ? RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP : 0;
	conf.intr_conf.rxq = k >> 6 & 1;
	conf.intr_conf.lsc = k >> 7 & 1;
	A.pool = fuzz_pool[l >> 4 & 1];
	return CALL(rte_eth_dev_configure(id, 1 + (l & 3), 1 + (l >> 2 & 3), &conf));
}

/* Configure, set up, start, all as small as a byte. */
static void
op_up(struct fuzz_in *in)
{
	int id = some_port(in);
	uint8_t k;
	struct rte_eth_rxconf rxc;
	struct rte_eth_txconf txc;

	if (id < 0)
		return;
	(void)CALL(rte_eth_dev_stop(id));
	if (configure(id, in) != 0)
		return;
	k = in8(in);
	memset(&rxc, 0, sizeof(rxc));
	memset(&txc, 0, sizeof(txc));
	rxc.rx_free_thresh = k & 1 ? 1 + in8(in) % 64 : 32;
	rxc.rx_deferred_start = k >> 1 & 1;
	txc.tx_rs_thresh = k & 4 ? 1 + in8(in) % 32 : 8;
	txc.tx_free_thresh = 8;
	txc.tx_deferred_start = k >> 3 & 1;
	txc.offloads = rte_eth_devices[id].data->dev_conf.txmode.offloads;
	setup_queues(id, 64 + (k >> 4 & 3) * 32, 64 + (k >> 6) * 32, &rxc, &txc);
	(void)CALL(rte_eth_dev_start(id));
}

static void
op_start_stop(struct fuzz_in *in)
{
	int id = some_port(in);
	uint8_t k = in8(in);

	if (id < 0)
		return;
	switch (k % 8) {
	case 0:
	case 1:
		(void)CALL(rte_eth_dev_stop(id));
		break;
	case 2:
	case 3:
		(void)CALL(rte_eth_dev_start(id));
		break;
	case 4:
		(void)CALL(rte_eth_dev_reset(id));
		break;
	case 5:
		(void)configure(id, in);
		break;
	case 6:
		setup_queues(id, in_val(in), in_val(in), NULL, NULL);
		break;
	default:
		(void)CALL(rte_eth_dev_stop(id));
		(void)CALL(rte_eth_dev_close(id));
		break;
	}
}

static void
op_queue(struct fuzz_in *in)
{
	int id = some_port(in);
	uint8_t k = in8(in);
	uint16_t q = in8(in) & 3;

	if (id < 0)
		return;
	switch (k & 7) {
	case 0: (void)CALL(rte_eth_dev_rx_queue_start(id, q)); break;
	case 1: (void)CALL(rte_eth_dev_rx_queue_stop(id, q)); break;
	case 2: (void)CALL(rte_eth_dev_tx_queue_start(id, q)); break;
	case 3: (void)CALL(rte_eth_dev_tx_queue_stop(id, q)); break;
	case 4: (void)CALL(rte_eth_dev_rx_intr_enable(id, q)); break;
	case 5: (void)CALL(rte_eth_dev_rx_intr_disable(id, q)); break;
	case 6:
		/* ethdev does not check this one. */
		if (q < rte_eth_devices[id].data->nb_tx_queues &&
		    rte_eth_devices[id].data->tx_queues[q] != NULL)
			(void)CALL(rte_eth_tx_done_cleanup(id, q, k >> 3));
		break;
	default:
		if (q >= rte_eth_devices[id].data->nb_rx_queues ||
		    rte_eth_devices[id].data->rx_queues[q] == NULL)
			break;
		(void)CALL(rte_eth_rx_queue_count(id, q));
		(void)CALL(rte_eth_rx_descriptor_status(id, q, in8(in)));
		break;
	}
}

/* ---- traffic ---- */

static void
check_mbuf(const struct rte_mbuf *m, uint16_t id)
{
	const struct rte_mbuf *s;
	uint32_t sum = 0, nb = 0, len = 0;
	uint16_t i;

	FUZZ_CHECK(m->port == id, "port %u of %u", m->port, id);
	for (s = m; s != NULL; s = s->next) {
		const uint8_t *p = rte_pktmbuf_mtod(s, const uint8_t *);

		FUZZ_CHECK((s->pool == fuzz_pool[0] || s->pool == fuzz_pool[1]) &&
			   rte_mbuf_refcnt_read(s) == 1, "refcnt %u", rte_mbuf_refcnt_read(s));
		FUZZ_CHECK(s->data_off + s->data_len <= s->buf_len, "%u bytes at %u of %u",
			   s->data_len, s->data_off, s->buf_len);
		for (i = 0; i < s->data_len; i += 64)
			sum += p[i];
		len += s->data_len;
		FUZZ_CHECK(++nb <= m->nb_segs, "more than %u segments", m->nb_segs);
	}
	FUZZ_CHECK(nb == m->nb_segs && len == m->pkt_len && len > 0,
		   "%u segments of %u, %u bytes of %u", nb, m->nb_segs, len, m->pkt_len);
	/* What is received is used. */
	__asm__ volatile("" : : "r"(sum));
}

static bool
started(int id, bool rx, uint16_t q)
{
	const struct rte_eth_dev_data *d = rte_eth_devices[id].data;

	if (!d->dev_started)
		return false;
	return rx ? q < d->nb_rx_queues && d->rx_queues[q] != NULL :
		    q < d->nb_tx_queues && d->tx_queues[q] != NULL;
}

static void
op_rx(struct fuzz_in *in)
{
	int id = some_port(in);
	uint8_t k = in8(in);
	uint16_t q = k & 3, nb = k & 0x80 ? MAX_BURST : 32, n, i, j;
	struct rte_mbuf *m[MAX_BURST];

	if (id < 0 || !started(id, true, q))
		return;
	fuzz_dev_pump(1000);
	n = CALL(rte_eth_rx_burst(id, q, m, nb));
	FUZZ_CHECK(n <= nb, "%u of %u", n, nb);
	for (i = 0; i < n; i++) {
		check_mbuf(m[i], id);
		for (j = 0; j < i; j++)
			FUZZ_CHECK(m[j] != m[i], "an mbuf received twice");
	}
	rte_pktmbuf_free_bulk(m, n);
}

static void
frame(uint8_t *f, size_t len, uint8_t kind)
{
	size_t i;

	for (i = 0; i < len; i++)
		f[i] = (uint8_t)(i * 7 + kind);
	if (len < 60)
		return;
	memcpy(f, (uint8_t[]){ 0x02, 0x1c, 0xe0, 0, 0, (uint8_t)(kind & 3) }, 6);
	f[12] = 0x08;
	f[13] = 0;
	f[14] = 0x45;
	f[16] = (uint8_t)((len - 14) >> 8);
	f[17] = (uint8_t)(len - 14);
	f[20] = f[21] = 0;
	f[23] = kind & 4 ? 6 : 17;
	if (kind & 8) {
		f[12] = 0x81;
		f[16] = 0x08;
	}
}

static void
op_tx(struct fuzz_in *in)
{
	int id = some_port(in);
	uint8_t k = in8(in), kind = in8(in);
	uint16_t q = k & 3, nb = 1 + (k >> 2 & 31), n, i;
	size_t len = in16(in) % 3000;
	static uint8_t f[3000];
	struct rte_mbuf *m[32];

	if (id < 0 || !started(id, false, q))
		return;
	frame(f, len, kind);
	for (i = 0; i < nb; i++) {
		size_t at = 0;
		struct rte_mbuf *s;

		m[i] = rte_pktmbuf_alloc(fuzz_pool[0]);
		for (s = m[i]; s != NULL && at < len; ) {
			size_t l = RTE_MIN(len - at, (size_t)FUZZ_SMALL_ROOM);
			struct rte_mbuf *more;

			memcpy(rte_pktmbuf_mtod(s, uint8_t *), f + at, l);
			s->data_len = l;
			m[i]->pkt_len += l;
			at += l;
			more = at < len ? rte_pktmbuf_alloc(fuzz_pool[0]) : NULL;
			if (more == NULL)
				break;
			s->next = more;
			m[i]->nb_segs++;
			s = more;
		}
		if (m[i] == NULL)
			break;
		if (k & 0x80) {
			m[i]->ol_flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM |
				(kind & 0x40 ? RTE_MBUF_F_TX_TCP_SEG : RTE_MBUF_F_TX_TCP_CKSUM);
			m[i]->l2_len = 14;
			m[i]->l3_len = 20;
			m[i]->l4_len = 20;
			m[i]->tso_segsz = 64 + kind;
		}
	}
	nb = i;
	n = CALL(rte_eth_tx_burst(id, q, m, nb));
	FUZZ_CHECK(n <= nb, "%u of %u", n, nb);
	rte_pktmbuf_free_bulk(m + n, nb - n);
}

static void
op_inject(struct fuzz_in *in)
{
	uint8_t k = in8(in), times = 1 + (k >> 3);
	size_t len = in16(in) % 9800;
	static uint8_t f[9800];

	frame(f, len, in8(in));
	while (times-- > 0)
		(void)ice_core_rx(D.core, k & 7, f, len);
}

/* ---- control calls ---- */

static void
op_filters(struct fuzz_in *in)
{
	struct rte_ether_addr mac[4];
	int id = some_port(in);
	uint8_t k = in8(in), i;

	if (id < 0)
		return;
	for (i = 0; i < 4; i++) {
		memset(&mac[i], 0x10 * i, sizeof(mac[i]));
		mac[i].addr_bytes[0] = k & 0x80 ? 0x01 : 0x02;
		mac[i].addr_bytes[5] = in8(in);
	}
	switch (k & 15) {
	case 0: (void)CALL(rte_eth_promiscuous_enable(id)); break;
	case 1: (void)CALL(rte_eth_promiscuous_disable(id)); break;
	case 2: (void)CALL(rte_eth_allmulticast_enable(id)); break;
	case 3: (void)CALL(rte_eth_allmulticast_disable(id)); break;
	case 4: (void)CALL(rte_eth_dev_mac_addr_add(id, &mac[0], 0)); break;
	case 5: (void)CALL(rte_eth_dev_mac_addr_remove(id, &mac[0])); break;
	case 6: (void)CALL(rte_eth_dev_default_mac_addr_set(id, &mac[0])); break;
	case 7: (void)CALL(rte_eth_dev_set_mc_addr_list(id, mac, k >> 4 & 3)); break;
	case 8: (void)CALL(rte_eth_dev_vlan_filter(id, in16(in) & 0xFFF, k >> 4 & 1)); break;
	case 9: (void)CALL(rte_eth_dev_set_vlan_offload(id, k >> 4 & 3)); break;
	case 10: (void)CALL(rte_eth_dev_set_mtu(id, in16(in) % 9800)); break;
	case 11: (void)CALL(rte_eth_dev_set_link_up(id)); break;
	case 12: (void)CALL(rte_eth_dev_set_link_down(id)); break;
	default: break;
	}
}

static void
op_inquire(struct fuzz_in *in)
{
	static struct rte_eth_xstat x[512];
	static struct rte_eth_xstat_name names[512];
	struct rte_eth_rss_reta_entry64 reta[8];
	uint8_t key[52], k = in8(in);
	struct rte_eth_rss_conf rss = { .rss_key = key, .rss_key_len = sizeof(key) };
	struct ice_mp_event_counters c;
	struct rte_eth_dev_info info;
	struct rte_eth_stats stats;
	struct rte_eth_link link;
	char text[80];
	int id = some_port(in), i;

	if (id < 0)
		return;
	switch (k & 15) {
	case 0: (void)CALL(rte_eth_link_get(id, &link)); break;
	case 1: (void)CALL(rte_eth_link_get_nowait(id, &link)); break;
	case 2: (void)CALL(rte_eth_stats_get(id, &stats)); break;
	case 3: (void)CALL(rte_eth_stats_reset(id)); break;
	case 4: (void)CALL(rte_eth_xstats_get(id, x, RTE_DIM(x))); break;
	case 5: (void)CALL(rte_eth_xstats_get_names(id, names, RTE_DIM(names))); break;
	case 6: (void)CALL(rte_eth_xstats_reset(id)); break;
	case 7: (void)CALL(rte_eth_dev_info_get(id, &info)); break;
	case 8: (void)CALL(rte_eth_dev_fw_version_get(id, text, sizeof(text))); break;
	case 9: (void)CALL(rte_eth_dev_rss_hash_conf_get(id, &rss)); break;
	case 10:
		memset(key, in8(in), sizeof(key));
		rss.rss_hf = RTE_ETH_RSS_IP;
		(void)CALL(rte_eth_dev_rss_hash_update(id, &rss));
		break;
	case 11:
	case 12:
		memset(reta, 0, sizeof(reta));
		for (i = 0; i < 8; i++)
			reta[i].mask = UINT64_MAX;
		if ((k & 15) == 11)
			(void)CALL(rte_eth_dev_rss_reta_query(id, reta, 512));
		else
			(void)CALL(rte_eth_dev_rss_reta_update(id, reta, 512));
		break;
	case 13: (void)CALL(rte_eth_dev_is_removed(id)); break;
	case 14: (void)CALL(ice_mp_event_counters_by_port(id, &c)); break;
	default: (void)CALL(rte_eth_dev_get_supported_ptypes(id, 0, NULL, 0)); break;
	}
}

/* ---- events ---- */

static int
on_event(uint16_t id, enum rte_eth_event_type type, void *arg, void *ret)
{
	struct rte_eth_link link;

	(void)arg;
	(void)ret;
	A.nb_events++;
	/* Nothing but bursts is called between ERR_RECOVERING and its end. */
	if (type == RTE_ETH_EVENT_ERR_RECOVERING || type == RTE_ETH_EVENT_NEW ||
	    type == RTE_ETH_EVENT_DESTROY || A.in_event > 0)
		return 0;
	/* Two calls of one port at a time would be the application's mistake. */
	if (fuzz_call_waits() && id == A.called)
		return 0;
	A.in_event++;
	switch (A.cb_action & 7) {
	case 1: (void)rte_eth_link_get_nowait(id, &link); break;
	case 2: (void)rte_eth_dev_stop(id); break;
	case 3: (void)rte_eth_dev_start(id); break;
	case 4: (void)rte_eth_dev_reset(id); break;
	case 5:
		(void)rte_eth_dev_stop(id);
		(void)rte_eth_dev_close(id);
		break;
	default: break;
	}
	A.in_event--;
	return 0;
}

static void
op_turn(struct fuzz_in *in)
{
	uint8_t n = 1 + (in8(in) & 3);

	while (n-- > 0) {
		fuzz_dev_pump(1000000);
		fuzz_dev_call();
		fuzz_turn();
	}
}

static void
op_time(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	fuzz_dev_pump((uint64_t)(1 + (k & 7)) << (10 + (k >> 3) % 26));
}

/* ---- the device ---- */

static void
op_device(struct fuzz_in *in)
{
	static const char *const text[] = {
		"link %u down", "link %u up", "fault %u on", "flap %u count=%u", "reset corer",
		"reset globr", "reset empr", "reset pfr", "reset corer access=%u",
		"reset globr access=%u", "aq silent nth=%u", "aq fail nth=%u rc=%u",
		"aq garble nth=%u", "aq short nth=%u", "aq oversize nth=%u", "aq late nth=%u us=%u",
		"aq silent count=forever", "clear", "dma fail count=%u", "rxq %u stuck",
		"txq %u stuck", "intr lose %u", "spurious %u", "remove",
	};
	uint8_t k = in8(in);
	uint32_t a, b;
	char cmd[64], out[64];

	if (k >= RTE_DIM(text)) {
		(void)ice_core_inject_event(D.core, in8(in), in8(in), in16(in));
		return;
	}
	a = in_val(in);
	b = in_val(in);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(cmd, sizeof(cmd), text[k], a, b);
#pragma GCC diagnostic pop
	(void)ice_core_fault(D.core, cmd, out, sizeof(out));
}

static void
op_callback(struct fuzz_in *in)
{
	A.cb_action = in8(in);
}

static void
op_alloc_fail(struct fuzz_in *in)
{
	fuzz_alloc_fail(in8(in));
}

/* ---- life ---- */

static void
op_again(struct fuzz_in *in)
{
	static const char *const args[] = {
		"", "ports=[1]", "event_mode=poll", "queues_per_port=2", "ports=0",
	};

	fuzz_detach();
	fuzz_nothing_left("detached");
	(void)fuzz_attach(args[in8(in) % RTE_DIM(args)]);
}

static void (*const ops[])(struct fuzz_in *) = {
	op_up, op_start_stop, op_queue, op_rx, op_tx, op_inject, op_filters, op_inquire,
	op_turn, op_time, op_device, fuzz_dev_arm, fuzz_dev_scribble, fuzz_dev_message,
	op_callback, op_again, op_alloc_fail, op_rx, op_turn, fuzz_dev_arm,
};

/* The next device is sound: everything works, whatever there was before. */
static void
works(void)
{
	struct fuzz_in in = { (const uint8_t *)"", 0 };
	struct rte_mbuf *m[32];
	uint16_t id, n;
	static uint8_t f[100];

	fuzz_dev_open(2, 16, 17, 0, false);
	FUZZ_CHECK(fuzz_attach("") == 0 && fuzz_nb_ethdevs() == 2, "the next device is not attached");
	RTE_ETH_FOREACH_DEV_OF(id, &D.dev) {
		uint8_t lport = rte_eth_devices[id].data->name[strlen("fuzz0_port")] - '0';

		FUZZ_CHECK(configure(id, &in) == 0, "configure");
		FUZZ_CHECK(rte_eth_rx_queue_setup(id, 0, 64, 0, NULL, A.pool) == 0, "Rx queue");
		FUZZ_CHECK(rte_eth_tx_queue_setup(id, 0, 128, 0, NULL) == 0, "Tx queue");
		FUZZ_CHECK(rte_eth_dev_start(id) == 0, "start");
		fuzz_dev_pump(1000);
		frame(f, sizeof(f), lport);
		FUZZ_CHECK(ice_core_rx(D.core, lport, f, sizeof(f)) == ICE_CORE_RX_DONE, "rx");
		fuzz_dev_pump(1000);
		n = rte_eth_rx_burst(id, 0, m, 32);
		FUZZ_CHECK(n == 1 && m[0]->pkt_len == sizeof(f) &&
			   memcmp(rte_pktmbuf_mtod(m[0], void *), f, sizeof(f)) == 0,
			   "the frame does not arrive");
		FUZZ_CHECK(rte_eth_tx_burst(id, 0, m, 1) == 1, "the frame is not sent");
	}
	fuzz_turn();
	fuzz_detach();
	fuzz_nothing_left("the next device is gone");
	FUZZ_CHECK(ice_core_violations(D.core) == 0, "the driver does wrong");
	fuzz_dev_close();
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	fuzz_eal_init((*argv)[0]);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_LSC, on_event, NULL);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RESET, on_event, NULL);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RMV, on_event, NULL);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_VF_MBOX, on_event, NULL);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_ERR_RECOVERING, on_event, NULL);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_RECOVERY_SUCCESS, on_event, NULL);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_RECOVERY_FAILED, on_event, NULL);
	/* What EAL allocates on first use is nobody's leak. */
	works();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t queues[4] = { 16, 64, 5, 2 }, vectors[4] = { 17, 64, 3, 2 };
	struct fuzz_in in = { data, size };
	uint8_t head = in8(&in), pre = in8(&in);
	unsigned int n;

	memset(&A, 0, sizeof(A));
	A.pool = fuzz_pool[0];
	fuzz_dev_open(1 + (head & 3), queues[pre & 3], vectors[pre >> 2 & 3], 0,
		      head & 4);
	for (n = pre >> 4 & 3; n > 0; n--)
		fuzz_dev_arm(&in);
	if (pre & 0x40)
		op_device(&in);
	if (pre & 0x80)
		fuzz_alloc_fail(in8(&in));
	(void)fuzz_attach("");
	for (n = 0; n < MAX_OPS && in.left > 0; n++)
		ops[in8(&in) % RTE_DIM(ops)](&in);
	fuzz_detach();
	fuzz_nothing_left("the end");
	fuzz_dev_close();
	if (head & 0x80)
		works();
	return 0;
}
