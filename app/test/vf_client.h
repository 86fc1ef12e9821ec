/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VF_CLIENT_H_
#define _ICE_MP_VF_CLIENT_H_

/**
 * @file
 * A VF driver for tests, on the sim's calls: registers of BAR0, mailbox rings
 * and data rings in memory of its own that the VF's DMA was granted. It
 * validates nothing and can say anything, to the PF and to the device; what
 * stock drivers say, and in which order, is in vfc_start().
 *
 * One client, one thread. Calls return 0, or -1 after t_fail() unless said
 * otherwise. Every wait ends after T_WAIT_MS.
 */

#include <limits.h>

#include "ice_mp_aq.h"
#include "ice_mp_desc.h"
#include "ice_mp_vf_regs.h"
#include "ice_mp_virtchnl.h"
#include "test.h"
#include "vf_message.h"

#define VFC_VSI		VFM_VSI
#define VFC_MAX_MSG	VFM_MAX_LEN
/** Bytes of a Tx buffer. */
#define VFC_TX_BUF	2048
/** vfc_ask(): nobody answered. */
#define VFC_SILENCE	INT_MIN
/** Capabilities the stock clients ask for. */
#define VFC_CAPS_DPDK \
	(ICE_MP_VC_CAP_L2 | ICE_MP_VC_CAP_VLAN | ICE_MP_VC_CAP_RSS_PF | ICE_MP_VC_CAP_WB_ON_ITR | \
	 ICE_MP_VC_CAP_RX_POLLING | ICE_MP_VC_CAP_ADV_LINK_SPEED | ICE_MP_VC_CAP_RX_FLEX_DESC | \
	 ICE_MP_VC_CAP_FDIR_PF | ICE_MP_VC_CAP_ADV_RSS_PF | (1u << 14) | \
	 ICE_MP_VC_CAP_REQ_QUEUES | ICE_MP_VC_CAP_CRC | ICE_MP_VC_CAP_VLAN_V2 | \
	 ICE_MP_VC_CAP_LARGE_QPAIRS | ICE_MP_VC_CAP_QOS | (1u << 8) | ICE_MP_VC_CAP_PTP)
#define VFC_CAPS_LINUX \
	(ICE_MP_VC_CAP_L2 | ICE_MP_VC_CAP_RSS_PF | ICE_MP_VC_CAP_RSS_AQ | ICE_MP_VC_CAP_RSS_REG | \
	 ICE_MP_VC_CAP_VLAN | ICE_MP_VC_CAP_VLAN_V2 | ICE_MP_VC_CAP_WB_ON_ITR | \
	 ICE_MP_VC_CAP_RSS_PCTYPE_V2 | ICE_MP_VC_CAP_ENCAP | ICE_MP_VC_CAP_ENCAP_CSUM | \
	 ICE_MP_VC_CAP_REQ_QUEUES | (1u << 23) | ICE_MP_VC_CAP_USO | ICE_MP_VC_CAP_FDIR_PF | \
	 ICE_MP_VC_CAP_ADV_RSS_PF | ICE_MP_VC_CAP_ADV_LINK_SPEED)

/** What a client is like; zero means default. */
struct vfc_opt {
	bool linux_like;	/* the messages of Linux iavf, else those of net_iavf */
	uint16_t mbx_len;	/* entries of the mailbox rings: 32 */
	uint16_t mbx_buf;	/* bytes of an entry's buffer: 4096 */
	uint16_t queues;	/* pairs: 1; no more than granted are used */
	uint16_t ring;		/* descriptors of a data ring: 64 */
	uint16_t buf;		/* bytes of an Rx buffer: 2048 */
	uint32_t caps;		/* asked for: the stock client's */
	uint8_t rxdid;		/* 0: as the stock client chooses */
};

/** A message as it came. */
struct vfc_msg {
	uint32_t op;
	int32_t status;
	uint16_t len;		/* of data */
	uint16_t desc_op, flags;
	uint32_t param0;
	uint8_t data[VFC_MAX_MSG];
};

struct vfc_queue {
	union ice_mp_rx_desc *rx;
	struct ice_mp_tx_desc *tx;
	uint8_t *rx_buf, *tx_buf;
	uint16_t rx_next, rx_tail;	/* next to look at; as written last */
	uint16_t tx_next, tx_done;	/* next to fill; first not known to be done */
};

struct vfc {
	uint16_t vf;
	const char *dev;		/* vdev name */
	struct vfc_opt opt;
	uint8_t *mem;			/* all that is granted */
	size_t mem_len, mem_used;
	struct ice_mp_aq_desc *atq, *arq;
	uint8_t *atq_buf, *arq_buf;
	uint16_t atq_next, atq_head, arq_next;	/* head: as last read */
	struct vfc_queue q[ICE_MP_VF_MAX_QPS];
	struct ice_mp_vc_vf_res res;	/* as granted last */
	uint64_t rxdids;		/* likewise */
	struct ice_mp_vc_vlan_caps vlan;
	uint16_t nb_q;			/* pairs in use */
	uint8_t rxdid;
	uint8_t mac[6] __rte_aligned(2);
	struct vfc_msg msg;		/* the reply that vfc_ask() got */
	/* what came unasked */
	unsigned int nb_link, nb_impending, nb_close, nb_events;
	int link_up;			/* -1: not told yet */
	struct ice_mp_vc_event event;	/* the last */
	unsigned int strays;		/* replies to nothing that was asked */
	bool lazy;			/* tails of the mailbox are written by vfc_flush() */
};

/** A frame received. */
struct vfc_frame {
	size_t len;
	bool vlan, hash, loopback, error;
	uint16_t tci;
	uint32_t rss;
	uint8_t data[T_MAX_FRAME];
};

/* ---- life ---- */

/** VFs 0..nb-1 of T_DEV are enabled, each with a client (vfc_of()) that is open. */
int vfc_begin(uint16_t nb, const struct vfc_opt *opt);
struct vfc *vfc_of(uint16_t vf);
/** Close all clients of vfc_begin(). The runner does, too, after each case. */
void vfc_end(void);
/** Memory for a client of an enabled VF of T_DEV, granted to it. Nothing of the
 * device is touched. */
int vfc_open(struct vfc *c, uint16_t vf, const struct vfc_opt *opt);
/** Rings off, memory back. Also after a failure, also twice. */
void vfc_close(struct vfc *c);
uint32_t vfc_rd(const struct vfc *c, uint32_t reg);
void vfc_wr(const struct vfc *c, uint32_t reg, uint32_t val);
/** Wait until the PF says that the VF is there. */
int vfc_wait_active(const struct vfc *c);
/** Is the mailbox as it was set up? A VF driver takes anything else for a reset. */
bool vfc_alive(const struct vfc *c);
void vfc_mbx_up(struct vfc *c);
void vfc_mbx_down(struct vfc *c);
/** Wait for the PF, mailbox, VERSION, GET_VF_RESOURCES and what a stock client asks
 * after it. */
int vfc_hello(struct vfc *c);
/** Queues configured and enabled, as a stock client does it; needs vfc_hello(). */
int vfc_start(struct vfc *c);
int vfc_stop(struct vfc *c);
/** vfc_hello() and vfc_start(), and the link event that follows. */
int vfc_up(struct vfc *c);
/** As vfc_up() after a reset: the mailbox is gone, counters start anew. */
int vfc_again(struct vfc *c);

/* ---- mailbox ---- */

/** Put a descriptor into the ATQ as it is, with `len` bytes behind it (its address
 * is filled in unless the caller has). @return 0, -EAGAIN: no room */
int vfc_post(struct vfc *c, struct ice_mp_aq_desc *d, const void *buf, uint16_t len);
/** Send a message as stock clients do. @return 0, -EAGAIN */
int vfc_send(struct vfc *c, uint32_t op, const void *buf, uint16_t len);
/** Tell the device of all messages posted and taken, see vfc.lazy. */
void vfc_flush(const struct vfc *c);
/** Take a message. @return 0, -ETIMEDOUT: none came within ms */
int vfc_recv(struct vfc *c, struct vfc_msg *m, unsigned int ms);
/** Note what came unasked. */
void vfc_noted(struct vfc *c, const struct vfc_msg *m);
/** Note all that came unasked until now. */
void vfc_drain(struct vfc *c);
/** Send and wait for the answer, which is then in c->msg.
 * @return its status, VFC_SILENCE */
int vfc_ask(struct vfc *c, uint32_t op, const void *buf, uint16_t len);
/** Wait until the link last told is up or down. */
int vfc_wait_link(struct vfc *c, bool up);

/* ---- messages; @return as vfc_ask() ---- */

int vfc_version(struct vfc *c);
int vfc_resources(struct vfc *c, uint32_t caps);
/** What the client has to say, for vf_message.h. */
void vfc_says(const struct vfc *c, struct vfm_says *s);
int vfc_config_queues(struct vfc *c, uint16_t nb);
int vfc_irq_map(struct vfc *c);
int vfc_queues(struct vfc *c, uint32_t op, uint32_t rx, uint32_t tx);
int vfc_mac(struct vfc *c, uint32_t op, const uint8_t *mac, uint8_t type);
int vfc_vlan(struct vfc *c, uint32_t op, uint16_t id);
int vfc_vlan_v2(struct vfc *c, uint32_t op, uint16_t id);
int vfc_promisc(struct vfc *c, uint16_t flags);
int vfc_stats(struct vfc *c, struct ice_mp_vc_stats *out);

/* ---- frames ---- */

/** Give the device all Rx buffers of a queue; rings start afresh. */
void vfc_rings_reset(struct vfc *c);
/** Send a frame. tci: inserted by the device, <0: none. */
int vfc_tx(struct vfc *c, uint16_t q, const uint8_t *data, size_t len, int tci);
/** Take a frame. @return false: none within ms */
bool vfc_rx(struct vfc *c, uint16_t q, struct vfc_frame *f, unsigned int ms);
/** Rx buffers of a queue posted again up to the ring's end. */
void vfc_rx_tail(const struct vfc *c, uint16_t q);
/** A frame each way between a VF in use and the port behind its port's wire. */
int vfc_ping(uint16_t vf);

#endif /* _ICE_MP_VF_CLIENT_H_ */
