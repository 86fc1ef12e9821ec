/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _PARSE_H_
#define _PARSE_H_

/**
 * @file
 * What the device's parser knows of a frame. Every offset lies within `len`;
 * an offset of 0 means that the header is absent or truncated.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ice_mp_desc.h"

/** An IP header and what is behind it. */
struct icc_ip {
	uint8_t ver;		/**< 4, 6 or 0 */
	uint8_t l4_proto;	/**< 0 when fragmented or unknown */
	uint8_t l3_len;		/**< IPv4 header with options, else 0 */
	uint16_t l3_off, l4_off;
	uint16_t l4_len;	/**< header and payload, as the IP length says */
};

struct icc_pkt {
	const uint8_t *data;
	uint32_t len;
	uint16_t ptype;		/**< ICE_MP_PTYPE_* */
	uint16_t ethertype;	/**< behind the tags */
	uint16_t tpid, vlan_tci;	/**< of the outermost tag */
	uint16_t vlan2_tci;
	bool vlan;		/**< outermost tag is 0x8100 or 0x88A8 */
	bool vlan2;		/**< and there is another behind it */
	bool tunnel;		/**< something in IP, GRE or UDP */
	bool udp_tunnel;
	struct icc_ip out;	/**< the outer or only one */
	struct icc_ip in;	/**< in a tunnel */
};

/** UDP ports behind which the parser looks for a tunnel: VXLAN, GENEVE. */
#define ICC_PORT_VXLAN	4789
#define ICC_PORT_GENEVE	6081

/** Most bytes that are hashed: an extraction sequence of 24 words. */
#define ICC_RSS_INPUT	48

/** Toeplitz, four bits of input at a time. */
struct icc_rss_tab {
	bool valid;
	uint8_t key[ICE_MP_RSS_KEY_SIZE];
	uint32_t nibble[2 * ICC_RSS_INPUT][16];
};

/** Reads every length once: `data` may be guest memory that changes. */
void icc_parse(struct icc_pkt *p, const uint8_t *data, size_t len);
/** Rx status bits (L3L4P, IPE, L4E of what is innermost; of a tunnel, EIPE and EUDPE of
 * what is around it) of a frame. */
uint16_t icc_csum_status(const struct icc_pkt *p);
/** Build the tables of a key; once per key, the hash is per packet. */
void icc_rss_prepare(struct icc_rss_tab *tab, const uint8_t key[ICE_MP_RSS_KEY_SIZE]);
/** What the device hashes by default: addresses, and ports for TCP, UDP and SCTP.
 * @return bytes, 0: no IP */
unsigned int icc_rss_default_input(const struct icc_pkt *p, uint8_t in[ICC_RSS_INPUT]);
/** Toeplitz hash over `n` bytes. */
uint32_t icc_rss_hash(const struct icc_rss_tab *tab, const uint8_t *in, unsigned int n);
/** One's complement sum of bytes, not folded; `sum` is the start value. */
uint32_t icc_csum_add(uint32_t sum, const uint8_t *data, size_t len);
/** Fold and complement. */
uint16_t icc_csum_fold(uint32_t sum);
/** CRC32c of `data` behind what has the CRC `crc` (0: nothing). */
uint32_t icc_crc32c(uint32_t crc, const uint8_t *data, size_t len);
/** Ethernet FCS, in the same manner. */
uint32_t icc_crc32(uint32_t crc, const uint8_t *data, size_t len);

static inline uint16_t
icc_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void
icc_put_be16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v & 0xFF;
}

#endif /* _PARSE_H_ */
