/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_mempool.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "test.h"

/* Content that follows from seq: any misplaced or missing piece differs. */
static void
fill(uint8_t *buf, size_t len, uint32_t seq)
{
	uint64_t x = (seq + 1) * 0x9E3779B97F4A7C15ull;

	while (len > 0) {
		size_t n = RTE_MIN(len, sizeof(x));

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(buf, &x, n);
		buf += n;
		len -= n;
	}
}

static void
eth_head(uint8_t *buf, uint8_t from, uint8_t to, uint16_t type)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)buf;

	rte_eth_macaddr_get(F.id[to], &eth->dst_addr);
	rte_eth_macaddr_get(F.id[from], &eth->src_addr);
	eth->ether_type = rte_cpu_to_be_16(type);
}

void
t_frame(uint8_t *buf, size_t len, uint8_t from, uint8_t to, uint32_t seq)
{
	eth_head(buf, from, to, T_ETHERTYPE);
	memcpy(buf + RTE_ETHER_HDR_LEN, &seq, sizeof(seq));
	fill(buf + RTE_ETHER_HDR_LEN + sizeof(seq), len - RTE_ETHER_HDR_LEN - sizeof(seq), seq);
}

void
t_ip_frame(uint8_t *buf, size_t len, uint8_t from, uint8_t to, uint32_t seq, bool v6,
	   enum t_l4 l4)
{
	size_t l3len = v6 ? sizeof(struct rte_ipv6_hdr) : sizeof(struct rte_ipv4_hdr);
	size_t l4len = l4 == T_UDP ? sizeof(struct rte_udp_hdr) : sizeof(struct rte_tcp_hdr);
	uint8_t proto = l4 == T_UDP ? IPPROTO_UDP : IPPROTO_TCP;
	uint8_t *l3 = buf + RTE_ETHER_HDR_LEN;
	uint8_t *l4h = l3 + l3len;
	uint8_t *cksum;
	uint16_t sum;

	eth_head(buf, from, to, v6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
	memset(l3, 0, l3len + l4len);
	fill(l4h + l4len, len - RTE_ETHER_HDR_LEN - l3len - l4len, seq);
	if (l4 == T_UDP) {
		struct rte_udp_hdr *udp = (struct rte_udp_hdr *)l4h;

		udp->src_port = rte_cpu_to_be_16(1024 + seq % 50000);
		udp->dst_port = rte_cpu_to_be_16(2000);
		udp->dgram_len = rte_cpu_to_be_16(len - RTE_ETHER_HDR_LEN - l3len);
		cksum = l4h + offsetof(struct rte_udp_hdr, dgram_cksum);
	} else {
		struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)l4h;

		tcp->src_port = rte_cpu_to_be_16(1024 + seq % 50000);
		tcp->dst_port = rte_cpu_to_be_16(80);
		tcp->sent_seq = rte_cpu_to_be_32(seq);
		tcp->data_off = 5 << 4;
		tcp->tcp_flags = RTE_TCP_ACK_FLAG;
		tcp->rx_win = 0xFFFF;
		cksum = l4h + offsetof(struct rte_tcp_hdr, cksum);
	}
	if (v6) {
		struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)l3;

		ip->vtc_flow = rte_cpu_to_be_32(6u << 28);
		ip->payload_len = rte_cpu_to_be_16(len - RTE_ETHER_HDR_LEN - l3len);
		ip->proto = proto;
		ip->hop_limits = 64;
		ip->src_addr[0] = 0xFD;
		ip->src_addr[15] = from + 1;
		ip->dst_addr[0] = 0xFD;
		ip->dst_addr[15] = to + 1;
		sum = rte_ipv6_udptcp_cksum(ip, l4h);
	} else {
		struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)l3;

		ip->version_ihl = 0x45;
		ip->total_length = rte_cpu_to_be_16(len - RTE_ETHER_HDR_LEN);
		ip->packet_id = rte_cpu_to_be_16(seq);
		ip->time_to_live = 64;
		ip->next_proto_id = proto;
		ip->src_addr = rte_cpu_to_be_32(RTE_IPV4(10, 0, 0, from + 1));
		ip->dst_addr = rte_cpu_to_be_32(RTE_IPV4(10, 0, 0, to + 1));
		ip->hdr_checksum = rte_ipv4_cksum(ip);
		sum = rte_ipv4_udptcp_cksum(ip, l4h);
	}
	memcpy(cksum, &sum, sizeof(sum));
}

struct rte_mbuf *
t_mbuf(struct rte_mempool *pool, const uint8_t *data, size_t len, size_t seg_len)
{
	struct rte_mbuf *head = NULL, **at = &head, *m;
	size_t pos = 0;

	if (seg_len == 0)
		seg_len = len;
	while (pos < len) {
		size_t n = RTE_MIN(seg_len, len - pos);

		m = rte_pktmbuf_alloc(pool);
		if (m == NULL || n > rte_pktmbuf_tailroom(m)) {
			rte_pktmbuf_free(m);
			rte_pktmbuf_free(head);
			return NULL;
		}
		memcpy(rte_pktmbuf_mtod(m, void *), data + pos, n);
		m->data_len = n;
		*at = m;
		at = &m->next;
		if (m != head)
			head->nb_segs++;
		head->pkt_len = pos + n;
		pos += n;
	}
	return head;
}

size_t
t_mbuf_read(const struct rte_mbuf *m, uint8_t *buf, size_t len)
{
	size_t pos = 0;

	for (; m != NULL; m = m->next) {
		if (pos + m->data_len > len)
			return 0;
		memcpy(buf + pos, rte_pktmbuf_mtod(m, const void *), m->data_len);
		pos += m->data_len;
	}
	return pos;
}

int
t_send(uint8_t lport, uint16_t queue, struct rte_mbuf **m, unsigned int nb)
{
	uint64_t end = t_now_ms() + T_WAIT_MS;
	unsigned int sent = 0;

	while (sent < nb) {
		uint16_t n = rte_eth_tx_burst(F.id[lport], queue, m + sent, nb - sent);

		sent += n;
		if (n != 0)
			continue;
		if (t_now_ms() > end) {
			rte_pktmbuf_free_bulk(m + sent, nb - sent);
			T_FAIL("lport %u queue %u took %u of %u frames", lport, queue, sent, nb);
		}
		t_pause();
	}
	return 0;
}

int
t_send_bytes(uint8_t lport, const uint8_t *data, size_t len)
{
	struct rte_mbuf *m = t_mbuf(len > 2048 ? F.big : F.pool, data, len, 0);

	T_CHECK(m != NULL, "no mbuf of %zu bytes", len);
	return t_send(lport, 0, &m, 1);
}

unsigned int
t_recv(uint8_t lport, uint16_t queue, struct rte_mbuf **m, unsigned int nb, unsigned int ms)
{
	uint64_t end = t_now_ms() + ms;
	unsigned int got = 0;

	while (got < nb) {
		uint16_t n = rte_eth_rx_burst(F.id[lport], queue, m + got, nb - got);

		got += n;
		if (n != 0)
			continue;
		if (t_now_ms() > end)
			break;
		t_pause();
	}
	return got;
}

size_t
t_recv_bytes(uint8_t lport, uint8_t *buf, size_t len, unsigned int ms)
{
	struct rte_mbuf *m;
	size_t n;

	if (t_recv(lport, 0, &m, 1, ms) == 0)
		return 0;
	n = t_mbuf_read(m, buf, len);
	rte_pktmbuf_free(m);
	return n;
}

int
t_recv_none(uint8_t lport)
{
	struct rte_mbuf *m;

	if (t_recv(lport, 0, &m, 1, 20) == 0)
		return 0;
	rte_pktmbuf_free(m);
	T_FAIL("lport %u received a frame it should not", lport);
}

static int
flow_check(const struct rte_mbuf *m, uint8_t to, const uint8_t *want, size_t len)
{
	static uint8_t got[T_MAX_FRAME + 64];
	const struct rte_mbuf *seg;
	unsigned int segs = 0;
	size_t n, i;

	T_EQ(m->pkt_len, len);
	T_EQ(m->port, F.id[to]);
	for (seg = m; seg != NULL; seg = seg->next)
		segs++;
	T_EQ(m->nb_segs, segs);
	n = t_mbuf_read(m, got, sizeof(got));
	T_EQ(n, len);
	for (i = 0; i < len && got[i] == want[i];)
		i++;
	T_CHECK(i == len, "frame of %zu bytes differs at byte %zu", len, i);
	return 0;
}

int
t_flow_run(uint8_t from, uint8_t to, const struct t_flow *flow)
{
	static uint8_t buf[T_MAX_FRAME + 64];
	struct rte_mempool *pool = flow->pool ? flow->pool : F.pool;
	unsigned int burst = flow->burst ? flow->burst : 32;
	size_t step = flow->step ? flow->step : 1;
	size_t span = flow->max - flow->min + 1;
	struct rte_mbuf *m[64];
	uint32_t seq = 0;

	while (seq < flow->nb) {
		unsigned int nb = RTE_MIN(burst, flow->nb - seq);
		unsigned int i, got;
		int rc = 0;

		for (i = 0; i < nb; i++) {
			size_t len = flow->min + (seq + i) * step % span;

			t_frame(buf, len, from, to, seq + i);
			m[i] = t_mbuf(pool, buf, len, flow->seg_len);
			if (m[i] == NULL) {
				rte_pktmbuf_free_bulk(m, i);
				T_FAIL("no mbufs for frame %u", seq + i);
			}
		}
		T_TRY(t_send(from, 0, m, nb));
		got = t_recv(to, 0, m, nb, T_WAIT_MS);
		for (i = 0; i < got; i++) {
			size_t len = flow->min + (seq + i) * step % span;

			t_frame(buf, len, from, to, seq + i);
			if (rc == 0)
				rc = flow_check(m[i], to, buf, len);
			rte_pktmbuf_free(m[i]);
		}
		if (rc != 0)
			T_FAIL("frame %u+", seq);
		T_CHECK(got == nb, "lport %u to %u: %u of %u frames from %u arrived", from, to,
			got, nb, seq);
		seq += nb;
	}
	return 0;
}

int
t_ping(uint8_t lport)
{
	static const struct t_flow few = { .nb = 32, .min = 60, .max = 1514, .step = 97 };

	T_TRY(t_flow_run(lport, t_peer(lport), &few));
	T_TRY(t_flow_run(t_peer(lport), lport, &few));
	return 0;
}
