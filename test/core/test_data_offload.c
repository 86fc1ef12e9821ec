/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Tx offloads of the device core against slow and obvious references.
 */

#include "data_env.h"

static uint8_t F[70000];
static struct txq T;

static void
up(void)
{
	env_open(1);
	dp_vsi(5, 0, 0, 0);
	if (txq_up(&T, 0, 5, 64) != ICE_MP_AQ_RC_OK)
		test_fail(__FILE__, __LINE__, "Tx queue");
}

/* Is the L4 checksum of the packet at ip right? */
static bool
l4_right(const uint8_t *ip, const uint8_t *l4, uint8_t proto, size_t len)
{
	uint8_t copy[2048];
	uint32_t crc;

	if (proto != 132)
		return ref_sum(ref_pseudo(ip, proto, (uint32_t)len), l4, len) == 0xFFFF;
	memcpy(copy, l4, len);
	memset(copy + 8, 0, 4);
	crc = icc_crc32c(0, copy, len);
	return memcmp(&crc, l4 + 8, 4) == 0;
}

TEST(checksum_insertion)
{
	static const uint8_t protos[] = { 6, 17, 132 };
	static const uint16_t l4t[] = { ICE_MP_TXD_CMD_L4T_TCP, ICE_MP_TXD_CMD_L4T_UDP,
					ICE_MP_TXD_CMD_L4T_SCTP };
	static const uint8_t hdr[] = { 20, 8, 12 };
	static const uint8_t at[] = { 16, 6, 8 };
	unsigned int i, vlan;
	size_t l2, l3, len, pay;
	uint64_t cmd;
	uint8_t *o;
	int v;

	up();
	for (v = 4; v <= 6; v += 2) {
		for (i = 0; i < 3; i++) {
			for (pay = 0; pay < 130; pay += 3) {
				vlan = pay % 2;
				l2 = eth(F, 0, vlan ? 0x8100 : v == 4 ? 0x0800 : 0x86DD);
				if (vlan) {
					icc_put_be16(F + 14, 9);
					icc_put_be16(F + 16, v == 4 ? 0x0800 : 0x86DD);
					l2 = 18;
				}
				len = hdr[i] + pay;
				l3 = v == 4 ? ipv4(F + l2, protos[i], len) :
				     ipv6(F + l2, protos[i], len);
				if (v == 4)
					icc_put_be16(F + l2 + 10, 0);
				fill(F + l2 + l3, len, (unsigned int)pay);
				if (protos[i] == 6)
					F[l2 + l3 + 12] = 0x50;
				icc_put_be16(F + l2 + l3 + at[i], protos[i] == 132 ? 0xBEEF :
					     ref_pseudo(F + l2, protos[i], (uint32_t)len));
				cmd = EOP_RS | l4t[i] | (v == 4 ? ICE_MP_TXD_CMD_IIPT_IPV4_CSUM :
							 ICE_MP_TXD_CMD_IIPT_IPV6);
				txq_data(&T, F, l2 + l3 + len, cmd, offs(l2, l3, hdr[i]), 0);
				txq_bell(&T);
				env_run();
				CHECK_EQ(E.nb_tx, 1);
				o = E.tx[0].data;
				if (v == 4)
					CHECK_EQ(ref_sum(0, o + l2, 20), 0xFFFF);
				CHECK(l4_right(o + l2, o + l2 + l3, protos[i], len));
				/* Nothing else changed. */
				memcpy(F + l2 + l3 + at[i], o + l2 + l3 + at[i], i == 2 ? 4 : 2);
				memcpy(F + l2, o + l2, v == 4 ? 12 : 0);
				CHECK(memcmp(F, o, l2 + l3 + len) == 0);
				env_clear_tx();
			}
		}
	}
}

/* IPv4 only asked for: the header's sum and nothing more; padding ignored. */
TEST(ip_checksum_alone_and_padding)
{
	size_t n;

	up();
	n = eth(F, 0, 0x0800);
	n += ipv4(F + n, 17, 9);
	icc_put_be16(F + 24, 0);
	fill(F + n, 60 - n, 3);
	icc_put_be16(F + n + 6, ref_pseudo(F + 14, 17, 9));
	txq_data(&T, F, 60, EOP_RS | ICE_MP_TXD_CMD_IIPT_IPV4_CSUM, offs(14, 20, 0), 0);
	txq_data(&T, F, 60, EOP_RS | ICE_MP_TXD_CMD_IIPT_IPV4 | ICE_MP_TXD_CMD_L4T_UDP,
		 offs(14, 20, 8), 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 2);
	CHECK_EQ(ref_sum(0, E.tx[0].data + 14, 20), 0xFFFF);
	CHECK(memcmp(E.tx[0].data + n, F + n, 60 - n) == 0);
	CHECK_EQ(icc_be16(E.tx[1].data + 24), 0);
	CHECK(l4_right(E.tx[1].data + 14, E.tx[1].data + n, 17, 9));
}

/* A UDP sum of zero is sent as all ones. */
TEST(udp_zero_sum)
{
	size_t n;

	up();
	n = eth(F, 0, 0x0800);
	n += ipv4(F + n, 17, 10);
	memset(F + n, 0, 26);
	icc_put_be16(F + n + 6, ref_pseudo(F + 14, 17, 10));
	icc_put_be16(F + n + 8, (uint16_t)~ref_pseudo(F + 14, 17, 10));
	txq_data(&T, F, 60, EOP_RS | ICE_MP_TXD_CMD_IIPT_IPV4 | ICE_MP_TXD_CMD_L4T_UDP,
		 offs(14, 20, 8), 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(icc_be16(E.tx[0].data + n + 6), 0xFFFF);
}

TEST(vlan_insertion)
{
	uint64_t ctx = ICE_MP_TXD_DTYPE_CTX |
		       (uint64_t)ICE_MP_TXC_CMD_IL2TAG2 << ICE_MP_TXC_CMD_S;
	uint8_t *o;

	up();
	eth(F, 0, 0x88B5);
	fill(F + 14, 500, 1);
	txq_data(&T, F, 500, EOP_RS | ICE_MP_TXD_CMD_IL2TAG1, 0, 0xA123);
	txq_desc(&T, 0x6044ull << ICE_MP_TXC_L2TAG2_S, ctx);
	txq_data(&T, F, 500, EOP_RS, 0, 0xFFFF);
	txq_desc(&T, 0x6044ull << ICE_MP_TXC_L2TAG2_S, ctx);
	txq_data(&T, F, 500, EOP_RS | ICE_MP_TXD_CMD_IL2TAG1, 0, 7);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 3);
	o = E.tx[0].data;
	CHECK_EQ(E.tx[0].len, 504);
	CHECK(memcmp(o, F, 12) == 0);
	CHECK_EQ(icc_be16(o + 12), 0x8100);
	CHECK_EQ(icc_be16(o + 14), 0xA123);
	CHECK(memcmp(o + 16, F + 12, 488) == 0);
	o = E.tx[1].data;
	CHECK_EQ(E.tx[1].len, 504);
	CHECK_EQ(icc_be16(o + 12), 0x8100);
	CHECK_EQ(icc_be16(o + 14), 0x6044);
	o = E.tx[2].data;
	CHECK_EQ(E.tx[2].len, 508);
	CHECK_EQ(icc_be16(o + 12), 0x88A8);
	CHECK_EQ(icc_be16(o + 14), 0x6044);
	CHECK_EQ(icc_be16(o + 16), 0x8100);
	CHECK_EQ(icc_be16(o + 18), 7);
	CHECK(memcmp(o + 20, F + 12, 488) == 0);
	/* What grows beyond the port's limit is not sent. */
	env_clear_tx();
	E.core->port[0].max_frame = 507;
	txq_data(&T, F, 500, EOP_RS | ICE_MP_TXD_CMD_IL2TAG1, 0, 1);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	CHECK_EQ(rd32(GLV_TEPC(5)), 1);
}

struct tso {
	int v;
	bool vlan;
	size_t opt;		/* bytes of TCP options */
	size_t pay, mss;
	size_t buf;		/* bytes per descriptor */
};

#define SEQ	0xFFFFF000u
#define FLAGS	0x99		/* CWR, ACK, PSH, FIN */

static void
run_tso(const struct tso *t)
{
	size_t l2 = 14, l3 = t->v == 4 ? 20 : 40, l4 = 20 + t->opt, hdr = l2 + l3 + l4;
	size_t off, n, chunk;
	unsigned int k, cnt;

	eth(F, 0, t->v == 4 ? 0x0800 : 0x86DD);
	if (t->v == 4)
		ipv4(F + l2, 6, 0);
	else
		ipv6(F + l2, 6, 0);
	icc_put_be16(F + l2 + (t->v == 4 ? 2 : 4), 0);
	if (t->v == 4)
		icc_put_be16(F + l2 + 10, 0);
	fill(F + l2 + l3, l4 + t->pay, (unsigned int)t->pay);
	icc_put_be16(F + l2 + l3 + 4, SEQ >> 16);
	icc_put_be16(F + l2 + l3 + 6, SEQ & 0xFFFF);
	F[l2 + l3 + 12] = (uint8_t)(l4 / 4 << 4);
	F[l2 + l3 + 13] = FLAGS;
	icc_put_be16(F + l2 + l3 + 16, ref_pseudo(F + l2, 6, 0));

	txq_desc(&T, 0, ICE_MP_TXD_DTYPE_CTX |
		 (uint64_t)ICE_MP_TXC_CMD_TSO << ICE_MP_TXC_CMD_S |
		 (uint64_t)t->pay << ICE_MP_TXC_TSO_LEN_S | (uint64_t)t->mss << ICE_MP_TXC_MSS_S);
	for (off = 0; off < hdr + t->pay; off += n) {
		n = hdr + t->pay - off < t->buf ? hdr + t->pay - off : t->buf;
		txq_data(&T, F + off, n, (off + n == hdr + t->pay ? EOP_RS : 0) |
			 ICE_MP_TXD_CMD_L4T_TCP | (t->v == 4 ? ICE_MP_TXD_CMD_IIPT_IPV4_CSUM :
						   ICE_MP_TXD_CMD_IIPT_IPV6) |
			 (t->vlan ? ICE_MP_TXD_CMD_IL2TAG1 : 0), offs(l2, l3, l4), 0x0777);
	}
	txq_bell(&T);
	env_run();
	cnt = (unsigned int)((t->pay + t->mss - 1) / t->mss);
	CHECK_EQ(E.nb_tx, cnt);
	for (k = 0, off = 0; k < cnt; k++, off += chunk) {
		uint8_t *o = E.tx[k].data, *ip, *tcp;
		size_t len = E.tx[k].len;
		bool last = k + 1 == cnt;

		chunk = last ? t->pay - off : t->mss;
		if (t->vlan) {
			CHECK_EQ(icc_be16(o + 12), 0x8100);
			CHECK_EQ(icc_be16(o + 14), 0x0777);
			memmove(o + 12, o + 16, len - 16);
			len -= 4;
		}
		CHECK_EQ(len, hdr + chunk < 60 ? (t->vlan && hdr + chunk + 4 > 60 ?
						  hdr + chunk : 60 - (t->vlan ? 4 : 0)) :
			 hdr + chunk);
		ip = o + l2;
		tcp = ip + l3;
		CHECK(memcmp(o, F, 14) == 0);
		if (t->v == 4) {
			CHECK_EQ(icc_be16(ip + 2), l3 + l4 + chunk);
			CHECK_EQ(icc_be16(ip + 4), (0x1234 + k) & 0xFFFF);
			CHECK_EQ(ref_sum(0, ip, 20), 0xFFFF);
		} else {
			CHECK_EQ(icc_be16(ip + 4), l4 + chunk);
		}
		CHECK_EQ((uint32_t)icc_be16(tcp + 4) << 16 | icc_be16(tcp + 6),
			 (uint32_t)(SEQ + off));
		CHECK_EQ(tcp[13], FLAGS & (last ? 0xFF : ~0x09) & (k ? ~0x80 : 0xFF));
		CHECK_EQ(ref_sum(ref_pseudo(ip, 6, (uint32_t)(l4 + chunk)), tcp, l4 + chunk),
			 0xFFFF);
		CHECK(memcmp(tcp + 18, F + l2 + l3 + 18, l4 - 18) == 0);
		CHECK(memcmp(tcp + l4, F + hdr + off, chunk) == 0);
	}
	CHECK_EQ(off, t->pay);
	env_clear_tx();
}

TEST(tso)
{
	static const struct tso t[] = {
		{ 4, false, 0, 2920, 1460, 16383 }, { 4, false, 12, 1, 1448, 16383 },
		{ 4, true, 0, 9000, 1460, 2048 }, { 6, false, 0, 2881, 1440, 4096 },
		{ 6, true, 20, 65000, 1440, 16000 }, { 4, false, 40, 640, 64, 1000 },
		{ 4, false, 0, 65495, 8960, 4096 }, { 4, true, 4, 1460, 1460, 300 },
		{ 6, false, 0, 30000, 64, 8000 }, { 4, false, 0, 4381, 1460, 500 },
	};
	unsigned int i;

	up();
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		DO(run_tso(&t[i]));
}

/* Linux offers it as tx-udp-segmentation: datagrams of the same size. */
TEST(udp_segmentation)
{
	static const struct {
		int v;
		size_t pay, mss;
	} t[] = { { 4, 4000, 1000 }, { 6, 2881, 1440 }, { 4, 100, 1400 }, { 6, 65000, 1400 } };
	size_t l3, hdr, off, chunk;
	unsigned int i, k;

	up();
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		l3 = t[i].v == 4 ? 20 : 40;
		hdr = 14 + l3 + 8;
		eth(F, 0, t[i].v == 4 ? 0x0800 : 0x86DD);
		if (t[i].v == 4)
			ipv4(F + 14, 17, 0);
		else
			ipv6(F + 14, 17, 0);
		fill(F + 14 + l3, 8 + t[i].pay, i);
		icc_put_be16(F + 14 + l3 + 6, ref_pseudo(F + 14, 17, 0));
		txq_desc(&T, 0, ICE_MP_TXD_DTYPE_CTX |
			 (uint64_t)ICE_MP_TXC_CMD_TSO << ICE_MP_TXC_CMD_S |
			 (uint64_t)t[i].pay << ICE_MP_TXC_TSO_LEN_S |
			 (uint64_t)t[i].mss << ICE_MP_TXC_MSS_S);
		for (off = 0; off < hdr + t[i].pay; off += chunk) {
			chunk = hdr + t[i].pay - off < 9000 ? hdr + t[i].pay - off : 9000;
			txq_data(&T, F + off, chunk,
				 (off + chunk == hdr + t[i].pay ? EOP_RS : 0) |
				 ICE_MP_TXD_CMD_L4T_UDP |
				 (t[i].v == 4 ? ICE_MP_TXD_CMD_IIPT_IPV4_CSUM :
				  ICE_MP_TXD_CMD_IIPT_IPV6), offs(14, l3, 8), 0);
		}
		txq_bell(&T);
		env_run();
		CHECK_EQ(E.nb_tx, (t[i].pay + t[i].mss - 1) / t[i].mss);
		for (k = 0, off = 0; k < E.nb_tx; k++, off += chunk) {
			uint8_t *ip = E.tx[k].data + 14, *udp = ip + l3;

			chunk = t[i].pay - off < t[i].mss ? t[i].pay - off : t[i].mss;
			CHECK_EQ(E.tx[k].len, hdr + chunk);
			CHECK_EQ(icc_be16(ip + (t[i].v == 4 ? 2 : 4)),
				 (t[i].v == 4 ? 28 : 8) + chunk);
			CHECK(memcmp(udp, F + 14 + l3, 4) == 0);
			CHECK_EQ(icc_be16(udp + 4), 8 + chunk);
			CHECK_EQ(ref_sum(ref_pseudo(ip, 17, (uint32_t)(8 + chunk)), udp,
					 8 + chunk), 0xFFFF);
			CHECK(memcmp(udp + 8, F + hdr + off, chunk) == 0);
		}
		CHECK_EQ(off, t[i].pay);
		env_clear_tx();
	}
}

/* A peer that takes a segment now and then: each is sent exactly once. */
TEST(tso_blocked_half_way)
{
	struct rxq r;
	unsigned int k;
	uint8_t mac[6];
	size_t hdr = 54, mss = 1000, pay = 10000;

	env_open(2);
	dp_vsi(5, 0, 0, 0);
	dp_vsi(6, 1, 1, 0);
	port_mac(mac, 1);
	dp_mac(6, mac);
	CHECK_EQ(ice_core_wire(E.core, 0, 1), 0);
	CHECK_EQ(txq_up(&T, 0, 5, 64), ICE_MP_AQ_RC_OK);
	rxq_up(&r, 1, NULL, 3);
	eth(F, 1, 0x0800);
	ipv4(F + 14, 6, 0);
	fill(F + 34, 20 + pay, 1);
	F[46] = 0x50;
	icc_put_be16(F + 50, ref_pseudo(F + 14, 6, 0));
	txq_desc(&T, 0, ICE_MP_TXD_DTYPE_CTX |
		 (uint64_t)ICE_MP_TXC_CMD_TSO << ICE_MP_TXC_CMD_S |
		 (uint64_t)pay << ICE_MP_TXC_TSO_LEN_S | (uint64_t)mss << ICE_MP_TXC_MSS_S);
	txq_data(&T, F, hdr + pay, EOP_RS | ICE_MP_TXD_CMD_L4T_TCP |
		 ICE_MP_TXD_CMD_IIPT_IPV4_CSUM, offs(14, 20, 20), 0);
	txq_bell(&T);
	env_run();
	CHECK(!txq_done(&T, 1));
	for (k = 0; k < 10; k++) {
		CHECK(rxq_get(&r));
		CHECK_EQ(G.len, hdr + mss);
		CHECK(memcmp(G.data + hdr, F + hdr + k * mss, mss) == 0);
		CHECK_EQ(G.wb.status_error0 & (ICE_MP_RX_S0_IPE | ICE_MP_RX_S0_L4E |
					       ICE_MP_RX_S0_L3L4P), ICE_MP_RX_S0_L3L4P);
		rxq_post(&r, 1);
		env_run();
	}
	CHECK(!rxq_get(&r));
	CHECK(txq_done(&T, 1));
	CHECK_EQ(rd32(GLV_RDPC(6)), 0);
}

/* VXLAN: inner TCP, outer IP and outer UDP, with and without TSO. */
TEST(tunnel)
{
	const size_t eip = 20, nat = 8 + 8 + 14, hdr = 14 + eip + nat + 20 + 20;
	size_t pay, mss = 500, off, chunk;
	unsigned int k, tso, v6;
	uint8_t *o, *in;

	up();
	for (v6 = 0; v6 < 2; v6++)
	for (tso = 0; tso < 2; tso++) {
		size_t oip = v6 ? 40 : eip, h = hdr + (v6 ? 20 : 0), l;
		uint8_t *udp = F + 14 + oip, *ip = udp + nat;

		pay = tso ? 1700 : 300;
		l = tso ? 0 : nat + 40 + pay;
		eth(F, 0, v6 ? 0x86DD : 0x0800);
		if (v6)
			ipv6(F + 14, 17, l);
		else
			ipv4(F + 14, 17, l);
		if (!v6)
			icc_put_be16(F + 24, 0);
		fill(udp, nat, 5);
		icc_put_be16(udp + 4, (uint16_t)l);
		icc_put_be16(udp + 6, ref_pseudo(F + 14, 17, (uint32_t)l));
		ipv4(ip, 6, tso ? 0 : 20 + pay);
		icc_put_be16(ip + 10, 0);
		fill(ip + 20, 20 + pay, 6);
		ip[20 + 12] = 0x50;
		icc_put_be16(ip + 36, ref_pseudo(ip, 6, tso ? 0 : 20 + (uint32_t)pay));
		txq_desc(&T, (v6 ? ICE_MP_TXC_EIPT_IPV6 : ICE_MP_TXC_EIPT_IPV4_CSUM) |
			 (uint64_t)(oip / 4) << ICE_MP_TXC_EIPLEN_S | ICE_MP_TXC_L4TUN_UDP |
			 (uint64_t)(nat / 2) << ICE_MP_TXC_NATLEN_S | ICE_MP_TXC_L4T_CS_M,
			 ICE_MP_TXD_DTYPE_CTX |
			 (uint64_t)(tso ? ICE_MP_TXC_CMD_TSO : 0) << ICE_MP_TXC_CMD_S |
			 (uint64_t)(tso ? pay : 0) << ICE_MP_TXC_TSO_LEN_S |
			 (uint64_t)(tso ? mss : 0) << ICE_MP_TXC_MSS_S);
		txq_data(&T, F, h + pay, EOP_RS | ICE_MP_TXD_CMD_L4T_TCP |
			 ICE_MP_TXD_CMD_IIPT_IPV4_CSUM, offs(14, 20, 20), 0);
		txq_bell(&T);
		env_run();
		CHECK_EQ(E.nb_tx, tso ? 4 : 1);
		for (k = 0, off = 0; k < E.nb_tx; k++, off += chunk) {
			size_t ulen;

			chunk = !tso ? pay : pay - off < mss ? pay - off : mss;
			ulen = nat + 40 + chunk;
			o = E.tx[k].data;
			in = o + 14 + oip + nat;
			CHECK_EQ(E.tx[k].len, h + chunk);
			if (!v6) {
				CHECK_EQ(ref_sum(0, o + 14, 20), 0xFFFF);
				CHECK_EQ(icc_be16(o + 16), 20 + ulen);
			} else {
				CHECK_EQ(icc_be16(o + 18), ulen);
			}
			CHECK_EQ(icc_be16(o + 14 + oip + 4), ulen);
			CHECK(l4_right(o + 14, o + 14 + oip, 17, ulen));
			CHECK_EQ(ref_sum(0, in, 20), 0xFFFF);
			CHECK_EQ(icc_be16(in + 2), 40 + chunk);
			CHECK(l4_right(in, in + 20, 6, 20 + chunk));
			CHECK(memcmp(in + 40, F + h + off, chunk) == 0);
		}
		env_clear_tx();
	}
}

HARNESS_MAIN
