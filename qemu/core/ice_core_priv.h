/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_PRIV_H_
#define _ICE_CORE_PRIV_H_

/**
 * @file
 * The core's objects and the calls between its rooms. One room per file:
 *
 *   core.c    create, destroy, resets, run loop, timer
 *   regs.c    register decode        intr.c   vectors, causes, OICR
 *   ctlq.c    AdminQ/mailbox rings   aq*.c    firmware commands
 *   port.c    link, backend          mp.c     multi-port window
 *   phy.c     speed, FEC, pause      pause.c  flow control
 *   switch.c  VSIs, rules, lookup    sched.c  scheduler tree
 *   rx.c      Rx queues, write-back  tx.c     Tx queues, descriptors
 *   parse.c   headers, ptype, hash   offload.c checksums, TSO, VLAN
 *   rx_wb.c   their write-backs       rss.c    RSS profiles
 *   stats.c   counters               fault*.c faults; check.c  contract
 *   digest.c  what a function has, for tests
 *   vf.c      VFs and their BAR0     mbx.c    mailboxes of VFs
 *   rate.c    limits of rates
 *
 * Everything that belongs to somebody (queue, vector, VSI) carries the number
 * of the function that owns it, so that VFs are more functions, not a second
 * design.
 */

#include "ice_core.h"

#include "ice_mp_aq.h"
#include "ice_mp_desc.h"
#include "ice_mp_ext.h"
#include "ice_mp_regs.h"
#include "ice_mp_vf_regs.h"

#include "parse.h"
#include "phy.h"

/** Largest frame the port's Rx packet buffer and the Tx path handle. */
#define ICC_MAX_FRAME		ICE_MP_MAX_FRAME
/** After this long without an Rx buffer a waiting frame is dropped. */
#define ICC_RX_STALL_NS		1000000000ull
#define ICC_MAX_QUEUES		2048
#define ICC_MAX_RULES		16384
#define ICC_MAX_LISTS		1024
#define ICC_MAX_NODES		8192
#define ICC_NO_VSI		0xFFFF
/** Flow director filters, of each kind; stock drivers need room to start. */
#define ICC_FD_FILTERS		1024u
#define ICC_MAC_BUCKETS		1024
#define ICC_DESC_BATCH		64
/** RSS keys whose tables are kept, a VSI's in slot number modulo this. */
#define ICC_RSS_TABS		16
/** Longest data ring, in descriptors: what stock drivers can configure. */
#define ICC_RING_MAX		8160
/** Bytes of core->scratch: a gathered packet, one TSO segment, one frame. */
#define ICC_GATHER_MAX		(256u * 1024)
#define ICC_SCRATCH_SIZE	(ICC_GATHER_MAX + 3 * ICC_MAX_FRAME + 64)
/** Where in it a frame gets its port VLAN. */
#define ICC_SCRATCH_PVID	(ICC_GATHER_MAX + 2 * ICC_MAX_FRAME)

/* Contract breaches, see check.c for the texts. Add freely. */
enum icc_breach {
	ICC_BR_REG_UNKNOWN,	/* access to an offset that is no register */
	ICC_BR_REG_SIZE,	/* size or alignment */
	ICC_BR_REG_RO,		/* write to a read-only register */
	ICC_BR_RX_TAIL,		/* tail beyond the ring */
	ICC_BR_RX_DISABLED,	/* doorbell of a queue that is not enabled */
	ICC_BR_RX_CTX_LIVE,	/* context written while enabled */
	ICC_BR_RX_CTX,		/* context with impossible values */
	ICC_BR_RX_DESC,		/* bad Rx descriptor: DD bit set, null address */
	ICC_BR_RX_DMA,		/* Rx ring or buffer outside granted memory */
	ICC_BR_TX_TAIL,
	ICC_BR_TX_DISABLED,
	ICC_BR_TX_CTX,
	ICC_BR_TX_DESC,		/* reserved bits, bad dtype, lengths, segments */
	ICC_BR_TX_DMA,
	ICC_BR_AQ_RING,		/* control queue: tail or length out of range */
	ICC_BR_AQ_DESC,		/* descriptor misuse: flags, lengths */
	ICC_BR_AQ_DMA,
	ICC_BR_AQ_PARAM,	/* command named an object that is not its own */
	ICC_BR_INT_NO_CAUSE,	/* vector enabled that no cause can ever raise, after opt-in */
	ICC_BR_INT_VECTOR,	/* vector beyond the function's */
	ICC_BR_COUNT
};

/* Breaches kept with their text; VFs cannot push out the PF's. */
#define ICC_PF_DETAILS		64
#define ICC_VF_DETAILS		64
#define ICC_BREACH_DETAILS	(ICC_PF_DETAILS + ICC_VF_DETAILS)

struct icc_vector {
	bool ena;		/* GLINT_DYN_CTL.INTENA */
	bool pending;		/* fired while disabled, or held by ITR */
	bool masked_once;	/* fault: lose the next one */
	uint8_t itr_idx;
	uint16_t itr[3];	/* GLINT_ITR intervals, 2 us units */
	uint64_t not_before;	/* ITR: next moment it may fire, ns */
	bool late;		/* fault: held until not_before, whatever the ITR */
	uint8_t burst;		/* fault: messages the late one will be */
	uint16_t fn;		/* owner, from vect2func */
	uint32_t vect2func;	/* GLINT_VECT2FUNC as written */
	uint32_t rate;		/* GLINT_RATE as written */
	uint64_t fired;
};

/** One control queue pair (AdminQ, mailbox). */
struct icc_ctlq_ring {
	uint32_t bal, bah, len, head, tail;	/* as the registers */
};
struct icc_ctlq {
	struct icc_ctlq_ring atq, arq;
	uint16_t fn;		/* whose memory the rings are in */
};

struct icc_rxq {
	bool ena;
	bool prepared;		/* context written since the queue was last on */
	uint16_t fn;		/* owner while it is on, from VPLAN_RX_QBASE */
	uint16_t vsi;		/* resolved at enable; ICC_NO_VSI: nobody's */
	uint32_t ctx[QRX_CONTEXT_DWORDS];
	uint32_t rxdid_ctl;	/* QRXFLXP_CNTXT */
	uint32_t intctl;	/* QINT_RQCTL */
	/* decoded from ctx at enable */
	uint64_t base;
	uint16_t qlen, dbuf, rxmax;
	uint8_t desc_size;	/* 16 or 32 */
	bool crcstrip, l2tsel;
	bool stamp;		/* frames get a time stamp */
	uint8_t hsplit;		/* RLAN_CTX_HSPLIT0_*, 0: headers are not split off */
	uint16_t hbuf;		/* bytes of a header buffer */
	uint8_t rxdid;
	uint16_t head, tail;
	bool stuck;		/* fault */
	uint64_t packets, bytes, dropped;
	/* since when a frame has found too few buffers, 0: none has since the
	 * tail last moved; after ICC_RX_STALL_NS frames are dropped at once */
	uint64_t starved_since;
	/* posted buffers read ahead, of ring slots ahead_first..; headers' with hsplit */
	uint64_t ahead[ICC_DESC_BATCH], ahead_hdr[ICC_DESC_BATCH];
	uint16_t ahead_first, ahead_n;
	/* write-backs not yet in the ring: slots wb_first.., as long as descriptors are */
	uint64_t wb[ICC_DESC_BATCH * sizeof(union ice_mp_rx_desc) / 8];
	uint16_t wb_first, wb_n;
	bool dirty;		/* on core->dirty_rxq[] */
};

struct icc_txq {
	bool ena;
	uint16_t fn;		/* owner while it is on, from its context */
	uint16_t vsi;
	uint8_t lport;
	uint64_t vf_resets;	/* the owner's, when it came on */
	uint32_t teid;		/* its leaf in the scheduler tree */
	uint32_t intctl;	/* QINT_TQCTL */
	uint64_t base;
	uint16_t qlen, head, tail;
	bool queued;		/* on the core's run list */
	bool blocked;		/* backend or peer took no more: waits for tx_ready */
	uint64_t blocked_since;
	bool rated;		/* a node above it has a limit */
	uint64_t due;		/* blocked until then by a limit or a PAUSE, 0: by neither */
	uint16_t tso_sent;	/* segments of the blocked packet that are out */
	bool discard;		/* drop up to the next EOP: the packet was endless */
	bool stuck;		/* fault */
	uint64_t packets, bytes;
};

struct icc_vsi_stats {
	uint64_t rx_bytes, rx_uc, rx_mc, rx_bc, rx_drop, rx_err;
	uint64_t tx_bytes, tx_uc, tx_mc, tx_bc, tx_err;
};

struct icc_vsi {
	bool used;
	uint16_t fn;		/* whose AdminQ made it; icc_vsi_fn(): who uses it */
	uint8_t type;		/* ICE_MP_AQ_VSI_TYPE_* */
	uint8_t vf_id;
	uint8_t lport;		/* from ctx.sw_id */
	uint8_t tx_checks;	/* ICC_TX_*: what its frames have to pass */
	struct ice_mp_aq_vsi_ctx ctx;
	uint8_t rss_key[ICE_MP_RSS_KEY_SIZE];
	uint8_t lut[ICE_MP_RSS_LUT_VSI];
	uint32_t hash_ctl;
	struct icc_vsi_stats stats;
};

/** Bits of icc_vsi.tx_checks. */
#define ICC_TX_VLAN	0x1	/* accepts not all, or adds a port VLAN */
#define ICC_TX_SPOOF	0x2	/* source address */

/** The function that a VSI is for. */
static inline uint16_t
icc_vsi_fn(const struct icc_vsi *v)
{
	return v->type == ICE_MP_AQ_VSI_TYPE_VF ? ICE_CORE_FN_VF(v->vf_id) : ICE_CORE_FN_PF;
}

/** Does it have a type of outer tag, beside the inner one? Only drivers that know of
 * several ports can say so (0x0210): to others the device is in single VLAN mode. */
static inline bool
icc_vsi_double_vlan(const struct icc_vsi *v)
{
	return (v->ctx.valid_sections & ICE_MP_VSI_VALID_OUTER_TAG) &&
	       (v->ctx.outer_vlan_flags & ICE_MP_VSI_OUTER_TAG_TYPE_M) != 0;
}

/** A lookup rule, kept as the driver wrote it plus its decoded key. */
struct icc_rule {
	bool used;
	uint8_t type;		/* LKUP_RX or LKUP_TX */
	uint8_t recipe;
	uint16_t fn;
	uint16_t src;		/* lport or VSI */
	uint8_t lport;		/* the port it applies to */
	uint32_t act;
	uint8_t da[6];
	uint16_t vlan;		/* TCI & 0xfff */
	uint16_t ethertype;
};

struct icc_vsi_list {
	bool used;
	bool prune;
	uint16_t fn;
	uint64_t vsis[ICE_MP_HW_MAX_VSI / 64];
};

struct icc_sched_node {
	bool used;
	uint8_t lport;
	uint8_t layer;
	uint32_t teid, parent;
	uint16_t nb_children;
	struct ice_mp_aq_elem_data data;
	uint16_t txq;		/* leaf: its queue, else 0xFFFF */
	uint16_t fn;
	/* rate.c: bytes it may send, in units of 1e-9, less than none when it
	 * sent a frame on credit; and when that was found out */
	int64_t credit;
	uint64_t credit_at;
};

/** Limits of rates that drivers may have at once. */
#define ICC_RL_PROFILES		1024
struct icc_rl_profile {
	bool used;
	uint64_t bytes_per_sec;
	struct ice_mp_aq_rl_profile as_set;
};

/** Port statistics; see stats.c for the registers that show them. */
struct icc_port_stats {
	uint64_t rx_bytes, rx_uc, rx_mc, rx_bc, rx_size[7];
	uint64_t tx_bytes, tx_uc, tx_mc, tx_bc, tx_size[7];
	uint64_t rx_crc_err, rx_len_err, rx_undersize, rx_oversize, rx_illegal;
	uint64_t rx_no_buf;	/* dropped for want of descriptors */
	uint64_t tx_dropped_link_down;
	uint64_t rx_dropped_link_down;
	uint64_t rx_xon, rx_xoff, tx_xon, tx_xoff;	/* PAUSE frames */
};

struct icc_port {
	uint8_t mac[6];		/* permanent */
	uint8_t laa[6];		/* as 0x0108 changed it, else = mac */
	uint16_t speed_gbps;	/* the most it is built for */
	uint8_t option, option_next;	/* of icc_phy_options(), with the next EMPR */
	bool backend, backend_up;
	bool admin_up;		/* PHY config EN_LINK */
	bool fault;		/* fault injection: link fault */
	bool force_down;	/* fault injection: link held down */
	bool link_up;		/* the sum of the above, as reported */
	bool lse;		/* link status events enabled */
	bool loopback;		/* 0x0620 */
	uint8_t wire;		/* lport at the other end, 0xFF: embedder's backend */
	uint16_t event_mask;
	uint16_t max_frame;	/* 0x0603: bytes with FCS */
	struct ice_mp_aq_phy_cfg phy_cfg;
	struct icc_phy_link now;	/* while link_up, else zero */
	uint16_t pause_quanta;	/* 0x0603: of a PAUSE frame */
	uint16_t pause_refresh;	/* that are left when the next is sent */
	uint64_t paused_until;	/* by the other side, ns */
	uint64_t xoff_again;	/* it is paused; when to say so again, 0: it is not */
	uint8_t led;		/* ICE_MP_AQ_LED_* */
	bool rx_waiting;	/* a frame was answered RX_RETRY */
	uint64_t rx_waiting_since;
	uint64_t link_changes;
	struct icc_port_stats stats;
};

/** The PF: what it has includes what it lends to VFs. */
struct icc_fn {
	bool used;
	uint16_t first_vector, nb_vectors;	/* absolute */
	uint16_t first_queue, nb_queues;
	struct icc_ctlq adminq, mbx;
	uint32_t oicr, oicr_ena, oicr_ctl, fw_ctl, mbx_ctl, sb_ctl;
};

/** A VF the device can have, whether or not its PCI function exists. */
struct icc_vf {
	bool present;		/* its PCI function exists */
	bool known;		/* it existed before; since create */
	bool unaware;		/* of a reset, perhaps: no mailbox since */
	uint8_t rstat;		/* VFGEN_RSTAT.VFR_STATE */
	struct icc_ctlq mbx;
	uint32_t icr01, icr0_ena, stat_ctl;
	/* what the PF granted: registers as written */
	uint32_t vfrtrig;
	uint32_t int_alloc, int_alloc_pci, mbx_ctl;
	uint32_t tx_qbase, tx_mapena, rx_qbase, rx_mapena;
	/* messages delivered and lost, both ways; resets */
	uint64_t to_pf, to_pf_lost, from_pf, from_pf_lost, resets;
	uint64_t breaches, nb_unaware;
};

struct icc_event {
	uint8_t port, type;
	uint16_t data;
};

struct icc_aq_stats {
	uint64_t cmds, errors, enosys, timeouts;
	uint16_t last_opcode, last_rc;
};

/** Sizes of the RSS block, as stock drivers have them. */
#define ICC_RSS_TCAM		512
#define ICC_RSS_PROFILES	128
#define ICC_RSS_FV_WORDS	24

/** Tables of the RSS block, see rss.c. */
struct icc_rss_block {
	uint8_t ptg[ICE_MP_PTYPE_COUNT];	/* group of a packet type, 0: none */
	uint16_t vsig[ICE_MP_HW_MAX_VSI];	/* group of a VSI, 0: none */
	struct icc_rss_tcam {
		bool used;
		uint8_t profile;
		uint64_t val, mask;
	} tcam[ICC_RSS_TCAM];
	unsigned int tcam_lo, tcam_hi;		/* no other entry was ever written */
	struct icc_rss_word {
		uint8_t prot;
		uint16_t off;
	} fv[ICC_RSS_PROFILES][ICC_RSS_FV_WORDS];
};

struct icc_fault_state;		/* fault_priv.h */
struct icc_json;

/** Families of faults that are armed and wait for what they befall. */
enum icc_fault_family {
	ICC_FAULT_AQ, ICC_FAULT_ARQ, ICC_FAULT_INTR, ICC_FAULT_RXQ, ICC_FAULT_TXQ,
	ICC_FAULT_DMA, ICC_FAULT_TO_PF, ICC_FAULT_TO_VF, ICC_FAULT_FAMILIES,
};
/** Bits of ice_core.fault_on. */
#define ICC_FAULT_BIT(family)	(1u << (family))
#define ICC_FAULT_SCRIPT	ICC_FAULT_BIT(ICC_FAULT_FAMILIES)

/** What DMA is for. */
enum icc_dma {
	ICC_DMA_AQ, ICC_DMA_RXRING, ICC_DMA_RXDATA, ICC_DMA_RXWB, ICC_DMA_TXRING,
	ICC_DMA_TXDATA, ICC_DMA_TXWB, ICC_DMA_AREAS,
};

enum icc_arq_kind { ICC_ARQ_LOSE, ICC_ARQ_GARBLE, ICC_ARQ_UNKNOWN, ICC_ARQ_KINDS };
enum icc_wb_kind {
	ICC_WB_LOSE, ICC_WB_DUP, ICC_WB_GARBLE, ICC_WB_ERROR, ICC_WB_NOEOF, ICC_WB_LENGTH,
	ICC_WB_KINDS,
};

/** What faults make of one received frame. */
struct icc_rx_fault {
	bool lose;		/* no write-back */
	bool dup;		/* delivered twice */
	bool garble;		/* write-back inverted, but done */
	bool error;		/* marked as received in error */
	bool noeof;		/* its last write-back is not marked as such */
	bool wrong_len;		/* write-backs say len */
	uint16_t len;
};

#define ICC_AQ_HALF	UINT16_MAX

/** What a fault makes of one AdminQ command. */
struct icc_aq_fault {
	bool silent;		/* never complete (timeout) */
	bool fail;		/* complete with rc */
	uint8_t rc;
	bool garble;		/* flip bytes of reply buffer and params */
	bool shorten;		/* return len bytes at most */
	uint16_t len;		/* ICC_AQ_HALF: half of the data */
	bool oversize;		/* return a datalen beyond the buffer */
	bool stray;		/* complete with the cookie of another command */
	bool undone;		/* take it off the ring without marking it done */
	uint64_t delay_ns;	/* complete late */
};

struct ice_core {
	struct ice_core_cfg cfg;
	const struct ice_core_ops *ops;
	void *opaque;

	struct icc_fn pf;
	struct icc_vf *vf;	/* cfg.nb_vfs of them */
	uint32_t vflrstat[ICE_MP_HW_MAX_VFS / 32];
	/* VFs with messages for the PF, and whose turn it is (mbx.c) */
	uint64_t mbx_pending[ICE_MP_HW_MAX_VFS / 64];
	unsigned int mbx_next;
	bool mbx_full;		/* until the PF moves the tail of its ARQ */
	struct icc_port port[ICE_CORE_MAX_PORTS];
	struct icc_vsi vsi[ICE_MP_HW_MAX_VSI];
	struct icc_rxq rxq[ICC_MAX_QUEUES];
	struct icc_txq txq[ICC_MAX_QUEUES];
	struct icc_vector vec[ICE_MP_HW_MAX_VECTORS];
	struct icc_rule rule[ICC_MAX_RULES];
	unsigned int nb_rules;	/* used slots; rule[] is searched up to rule_hi */
	unsigned int rule_hi;
	struct icc_vsi_list list[ICC_MAX_LISTS];
	struct icc_sched_node node[ICC_MAX_NODES];
	struct icc_rl_profile rl[ICC_RL_PROFILES];	/* 0: not limited */
	uint8_t pf_lut[ICE_MP_RSS_LUT_PF];
	uint8_t gbl_lut[ICE_MP_AQ_RSS_GBL_LUT_COUNT][ICE_MP_RSS_LUT_GLOBAL];

	/* global */
	uint32_t rstat, uld;
	bool mp_enable;
	struct icc_event ev[EVENT_DOORBELL_DEPTH];
	unsigned int ev_head, ev_count;
	uint64_t ev_dropped;
	uint32_t doorbell_stat;
	uint8_t vf_port_map[VF_PORT_MAP_SIZE];

	/* Tx run list: a FIFO of queue numbers */
	uint16_t runq[ICC_MAX_QUEUES];
	unsigned int run_head, run_count;
	unsigned int nb_blocked;	/* Tx queues that wait */
	/* Rx queues with write-backs to flush */
	uint16_t dirty_rxq[ICC_MAX_QUEUES];
	unsigned int nb_dirty;
	bool in_run;		/* tx.c flushes at the end: nobody needs a kick */
	/* switch.c: indexes derived from rule[], see icc_switch_invalidate */
	bool sw_valid;
	uint16_t mac_first[ICC_MAC_BUCKETS], mac_next[ICC_MAX_RULES];
	uint16_t vlan_first[ICC_MAC_BUCKETS];	/* chained by mac_next, too */
	/* The few that are not about one address or VLAN, by port and type. */
	uint16_t other_first[ICE_CORE_MAX_PORTS][2];
	bool sw_pvid;		/* a VSI has a port VLAN */
	struct icc_rss_tab rss_tab[ICC_RSS_TABS];	/* rx.c */
	/* rss.c: as the package has it, and as the driver changed it since */
	struct icc_rss_block rss_pkg, rss_live;

	uint64_t reset_done_at;	/* CORER.. in progress until then, 0: none */
	uint64_t empr_at;	/* the firmware restarts then, 0: it was not told to */
	struct icc_aq_stats aq;
	uint64_t breach[ICC_BR_COUNT];	/* of all functions */
	uint64_t breach_total;
	uint64_t pf_breaches;
	uint64_t nb_unaware;	/* excused: see check.c */
	bool unaware;		/* of a reset, perhaps: no AdminQ since */
	struct icc_fault_state *fault;
	uint32_t fault_on;	/* ICC_FAULT_BIT() of each family armed */
	uint64_t frames_tx, frames_rx;	/* of all queues since create */
	void *aq_state;		/* aq*.c: locks, resources, NVM, package */
	void *reg_store;	/* regs.c: plain read/write registers */
	uint8_t *scratch;	/* ICC_SCRATCH_SIZE bytes, valid within one call of tx.c */

	uint64_t timer_at;	/* what ops->timer was last asked for */
	uint64_t intr_next;	/* earliest vector held back, UINT64_MAX: none */
	uint32_t glint_ctl;
	bool aq_stuck;		/* fault: no command completes until the queue is off */
	bool aq_held;		/* fault: the command at the head completes later */
	uint64_t aq_held_until;
	struct icc_aq_fault aq_held_fault;	/* what else is to befall it */
	uint64_t arq_dropped;	/* events lost for want of room in an ARQ */
	unsigned int nb_details, nb_vf_details;
	struct {
		uint16_t what, fn;
		char text[110];
	} detail[ICC_BREACH_DETAILS];
};

/* check.c — record a breach of the PF; `fmt` is the detail kept with it. */
void icc_breach(struct ice_core *core, enum icc_breach what, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** The same of any function. */
void icc_breach_fn(struct ice_core *core, uint16_t fn, enum icc_breach what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/** Forget every breach recorded. */
void icc_check_clear(struct ice_core *core);
/** A JSON text under construction; at counts on beyond the buffer. */
struct icc_json {
	char *buf;
	size_t len, at;
};
void icc_json_add(struct icc_json *j, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** The value of "violations": total, reasons and details. */
void icc_check_json(const struct ice_core *core, struct icc_json *j);
void icc_log(struct ice_core *core, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* DMA with the fault hooks applied (fault.c). 0 or -1. */
int icc_dma_read(struct ice_core *core, enum icc_dma area, uint16_t fn, uint64_t addr,
		 void *buf, size_t len);
int icc_dma_write(struct ice_core *core, enum icc_dma area, uint16_t fn, uint64_t addr,
		  const void *buf, size_t len);
/** Memory mapped by the embedder is not looked at while DMA is to fail. */
static inline bool
icc_dma_mappable(const struct ice_core *core)
{
	return core->ops->dma_map != NULL &&
	       !(core->fault_on & ICC_FAULT_BIT(ICC_FAULT_DMA));
}

/* intr.c */
/** A cause register (QINT_*, PFINT_*_CTL value) fires for function fn. */
void icc_intr_cause(struct ice_core *core, uint16_t fn, uint32_t intctl);
/** Set OICR bits (plus INTEVENT) and fire the misc vector if enabled. */
void icc_intr_oicr(struct ice_core *core, uint16_t fn, uint32_t bits);
/** Deliver what ITR held back; @return next deadline or UINT64_MAX. */
uint64_t icc_intr_timer(struct ice_core *core, uint64_t now);
void icc_intr_reset(struct ice_core *core);
/* Registers of this room; abs is a vector of the device, in range, and fn the
 * function that accesses it. */
uint32_t icc_intr_dyn_read(const struct ice_core *core, uint16_t abs);
void icc_intr_dyn_write(struct ice_core *core, uint16_t fn, uint16_t abs, uint32_t val);
/** GLINT_VECT2FUNC: the owner of a vector. */
void icc_intr_vect2func(struct ice_core *core, uint16_t abs, uint32_t val);
/** A VF has a message: VFINT_ICR01 and its vector 0. */
void icc_intr_vf_mbx(struct ice_core *core, uint16_t vf);
/** A VF's vectors are off, nothing is pending. */
void icc_intr_vf_reset(struct ice_core *core, uint16_t vf);
uint32_t icc_intr_oicr_read(struct ice_core *core, uint16_t fn);
void icc_intr_oicr_ena_write(struct ice_core *core, uint16_t fn, uint32_t val);

/* vf.c */
/** Allocate core->vf. @return 0 or -1 */
int icc_vf_init(struct ice_core *core);
/** Switch off the queues of a VF, Tx and, if rx, Rx. */
void icc_vf_stop_queues(struct ice_core *core, uint16_t vf, bool rx);
/** Reset all VFs and take back what the PF granted: the PF is reset, all
 * queues are off. */
void icc_vf_reset_all(struct ice_core *core);
/** The function that owns an Rx or Tx queue by the PF's VPLAN registers. */
uint16_t icc_vf_queue_owner(const struct ice_core *core, uint16_t queue, bool tx);
/** Device-absolute number of a VF's vector; -1: it has no such vector. */
int icc_vf_vector(const struct ice_core *core, uint16_t vf, unsigned int n);
/** First device-absolute vector of a VF (VPINT_ALLOC). */
static inline uint16_t
icc_vf_first_vector(const struct ice_core *core, uint16_t vf)
{
	return core->vf[vf].int_alloc & VPINT_ALLOC_FIRST_M;
}
/* The PF's registers about VFs; false: off is none of them. */
bool icc_vf_pf_read(const struct ice_core *core, uint32_t off, uint32_t *val);
bool icc_vf_pf_write(struct ice_core *core, uint32_t off, uint32_t val);
/* BAR0 of a VF that exists; off is in it and aligned. */
uint32_t icc_vf_read(struct ice_core *core, uint16_t vf, uint32_t off);
void icc_vf_write(struct ice_core *core, uint16_t vf, uint32_t off, uint32_t val);
/** The value of "vfs": those that exist. */
void icc_vf_json(const struct ice_core *core, struct icc_json *j);

/* mbx.c */
/** A VF moved the tail of its ATQ. */
void icc_mbx_tail(struct ice_core *core, uint16_t vf, uint32_t tail);
/** Forget the messages a VF had posted. */
void icc_mbx_drop(struct ice_core *core, uint16_t vf);
/** Deliver messages of VFs, in turn. @return true: work is left */
bool icc_mbx_run(struct ice_core *core);
/** Is there anything that icc_mbx_run() could do now? */
bool icc_mbx_work(const struct ice_core *core);
/** The PF's ARQ has room again, or is not there any more. */
void icc_mbx_pf_arq(struct ice_core *core);
/** 0x0802: a message of the PF to a VF. @return completion code */
enum ice_mp_aq_err icc_mbx_to_vf(struct ice_core *core, const struct ice_mp_aq_desc *d,
				 const void *buf, uint16_t len);

/* ctlq.c */
/** Entries of a ring, 0 when it is off. */
static inline uint32_t
icc_ctlq_len(const struct icc_ctlq_ring *r)
{
	return r->len & CTLQ_LEN_ENABLE_M ? r->len & CTLQ_LEN_LEN_M : 0;
}
/** The base is latched at use: drivers enable the ring before they write it. */
static inline uint64_t
icc_ctlq_desc_addr(const struct icc_ctlq_ring *r, uint32_t idx)
{
	return ((uint64_t)r->bah << 32 | r->bal) + idx * sizeof(struct ice_mp_aq_desc);
}
static inline uint64_t
icc_ctlq_buf_addr(const struct ice_mp_aq_desc *d)
{
	return (uint64_t)d->params.indirect.addr_high << 32 | d->params.indirect.addr_low;
}
/** Is the descriptor one that function fn may post? */
bool icc_ctlq_desc_ok(struct ice_core *core, uint16_t fn, const struct ice_mp_aq_desc *d);
/** Both rings off, as after a reset. */
void icc_ctlq_off(struct icc_ctlq *q);
void icc_ctlq_atq_tail(struct ice_core *core, struct icc_ctlq *q, uint32_t tail);
/** Post an event or a message to an ARQ. @return false when off or full (dropped). */
bool icc_ctlq_post(struct ice_core *core, struct icc_ctlq *q, struct ice_mp_aq_desc *desc,
		   const void *buf, uint16_t len);

/** Registers of a ring; which: 0 BAL, 1 BAH, 2 LEN, 3 H, 4 T. */
uint32_t icc_ctlq_reg_read(const struct icc_ctlq *q, bool arq, unsigned int which);
void icc_ctlq_reg_write(struct ice_core *core, struct icc_ctlq *q, bool arq, unsigned int which,
			uint32_t val);
/** All control queues off, faults of the AdminQ's commands in flight forgotten. */
void icc_ctlq_reset(struct ice_core *core);
/** Go on after a command that completes late. @return next deadline. */
uint64_t icc_ctlq_timer(struct ice_core *core, uint64_t now);

/* regs.c */
int icc_regs_init(struct ice_core *core);
/** Plain registers back to their reset values. */
void icc_regs_reset(struct ice_core *core);

/* mp.c — the multi-port window; size 1, 2 or 4, off aligned to it.
 * @return false when there is no such register. */
bool icc_mp_read(struct ice_core *core, uint32_t off, unsigned int size, uint32_t *val);
bool icc_mp_write(struct ice_core *core, uint32_t off, unsigned int size, uint32_t val);
void icc_mp_reset(struct ice_core *core, enum ice_core_reset kind);

/* aq.c — execute one command. `buf` holds desc->datalen bytes (capacity
 * ICE_MP_AQ_MAX_BUF); the handler may shorten datalen, never lengthen it. */
enum ice_mp_aq_err icc_aq_exec(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *desc,
			       uint8_t *buf);

/** Allocate core->aq_state (freed with free()). @return 0 or -1. */
int icc_aq_init(struct ice_core *core);
/** A newer NVM image is written to the inactive bank of the flash. */
void icc_aq_nvm_write(struct ice_core *core);
void icc_aq_reset(struct ice_core *core, enum ice_core_reset kind);
/** Flow director filters the function has, as PFQF_FD_SIZE shows them. */
uint32_t icc_aq_fd_size(const struct ice_core *core);

/* sched.c */
/** Back to the default tree: root, TC and entry point per port. */
void icc_sched_reset(struct ice_core *core);

/* rate.c */
/** Nodes or their limits changed: which Tx queues have a limit now. */
void icc_rate_update(struct ice_core *core);
/** May a Tx queue with a limit send now? @return 0, or when it may, ns */
uint64_t icc_rate_due(struct ice_core *core, uint16_t q);
/** It sent that many bytes. */
void icc_rate_charge(struct ice_core *core, uint16_t q, size_t len);
/** No limits. */
void icc_rate_reset(struct ice_core *core);

/* port.c */
/** Recompute link_up; on change: PORT_STATUS, ARQ event, OICR. */
void icc_port_update(struct ice_core *core, uint8_t lport);
/** Tell the driver of the state of a port: ARQ event and OICR. */
void icc_port_post_event(struct ice_core *core, uint8_t lport);
void icc_port_link_status(const struct ice_core *core, uint8_t lport, struct ice_mp_aq_link *out);
/** PORT_STATUS register of a port. */
uint32_t icc_port_status_reg(const struct ice_core *core, uint8_t lport);
/** Number of ports the driver sees (1 without opt-in). */
unsigned int icc_nb_visible_ports(const struct ice_core *core);

/* switch.c (data plane): no state of its own, reads vsi[], rule[], list[]. */
#define ICC_MAX_DEST	ICE_MP_HW_MAX_VSI
struct icc_dest {
	uint16_t vsi[ICC_MAX_DEST];
	unsigned int n;
	bool wire;		/* Tx only: also out of the port */
	bool drop;		/* a DROP rule matched */
	uint16_t sender;	/* VSI that it never goes back to, or ICC_NO_VSI */
};
void icc_switch_rx(struct ice_core *core, uint8_t lport, const struct icc_pkt *p,
		   struct icc_dest *out);
void icc_switch_tx(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p,
		   struct icc_dest *out);

/** Does the rule's action name this VSI? */
bool icc_rule_has_vsi(const struct ice_core *core, const struct icc_rule *r, uint16_t vsi);
/** The context of a VSI changed: what that means to its frames. */
void icc_switch_vsi(struct ice_core *core, struct icc_vsi *v);
/** Rules, lists or VSIs changed: forget what lookups were derived from them. */
void icc_switch_invalidate(struct ice_core *core);

/* rx.c */
/** Deliver one parsed frame to the right queue of a VSI. */
enum ice_core_rx_rc icc_rx_to_vsi(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p,
				  bool loopback);
/** Does the VSI's queue map name queue n? */
bool icc_vsi_maps_queue(const struct icc_vsi *v, uint16_t n);
void icc_rxq_enable(struct ice_core *core, uint16_t q);	/* QRX_CTRL.REQ set: decode, check */
void icc_rxq_disable(struct ice_core *core, uint16_t q);
/** Function fn moves the tail. */
void icc_rxq_tail(struct ice_core *core, uint16_t fn, uint16_t q, uint32_t tail);

/** Write back what is pending and raise the causes. */
void icc_rx_flush(struct ice_core *core);
/** A parsed frame arrives at a port, from outside or over a wire. */
enum ice_core_rx_rc icc_rx_port(struct ice_core *core, uint8_t lport, const struct icc_pkt *p,
				bool force);
/** Frames that waited too long; @return next deadline or UINT64_MAX. */
uint64_t icc_rx_timer(struct ice_core *core, uint64_t now);

/* rss.c */
/** Back to what the package brought; all: no package either. */
void icc_rss_profiles_reset(struct ice_core *core, bool all);
/** Is a section of a package or update within its tables? True for sections of
 * other blocks. */
bool icc_rss_section_ok(uint32_t type, const uint8_t *s, unsigned int size);
/** Take a section that is ok; package: a reset of the function keeps it. */
void icc_rss_section_apply(struct ice_core *core, uint32_t type, const uint8_t *s,
			   unsigned int size, bool package);
/** The TCAM entry was given back: nothing matches it any more. */
void icc_rss_tcam_free(struct ice_core *core, unsigned int at);
/** What is hashed of a frame for a VSI. @return bytes, 0: it has no hash. */
unsigned int icc_rss_input(const struct ice_core *core, uint16_t vsi, const struct icc_pkt *p,
			   uint8_t in[ICC_RSS_INPUT]);

/* tx.c */
uint64_t icc_tx_timer(struct ice_core *core, uint64_t now);
/** Enable from a 0x0C30 entry already validated by the scheduler.
 * @return AdminQ code. */
enum ice_mp_aq_err icc_txq_enable(struct ice_core *core, uint16_t fn, uint16_t q, uint32_t teid,
				  const uint8_t ctx[TLAN_CTX_SIZE]);
void icc_txq_disable(struct ice_core *core, uint16_t q);
/** Function fn moves the tail. */
void icc_txq_doorbell(struct ice_core *core, uint16_t fn, uint16_t q, uint32_t tail);
/** One scheduling round over the run list. @return packets processed. */
unsigned int icc_tx_run(struct ice_core *core, unsigned int budget);
/** Put queues that waited for this port back on the run list. */
void icc_tx_unblock(struct ice_core *core, uint8_t lport);

/* stats.c — read a statistics register; false: off is none of them. */
bool icc_stats_read(const struct ice_core *core, uint32_t off, uint32_t *val);
void icc_stats_rx(struct ice_core *core, uint8_t lport, const uint8_t *da, size_t len);
void icc_stats_tx(struct ice_core *core, uint8_t lport, const uint8_t *da, size_t len);

/* fault*.c — hooks; each returns what the caller is to do instead. */
/** Called once per AdminQ command, before execution. */
void icc_fault_aq(struct ice_core *core, uint16_t opcode, struct icc_aq_fault *out);
/** Called once per register access (reset at the k-th access). */
void icc_fault_reg(struct ice_core *core);
/** Filter an interrupt: how often to raise it now (0 lost, 1, 2 duplicated). */
unsigned int icc_fault_intr(struct ice_core *core, uint16_t vec, uint64_t *delay_ns);
/** A message is about to be posted. @return false: it is not. */
bool icc_fault_arq(struct ice_core *core, struct ice_mp_aq_desc *desc);
/** A message of a VF, or to one, is about to be delivered (family: which).
 * @return how often */
unsigned int icc_fault_mbx(struct ice_core *core, enum icc_fault_family family, uint16_t vf,
			   struct ice_mp_aq_desc *desc);
/** A frame is about to be written to a queue; only with ICC_FAULT_RXQ on. */
void icc_fault_rxq(struct ice_core *core, uint16_t queue, struct icc_rx_fault *out);
void icc_fault_rx_garble(union ice_mp_rx_desc *d);
/** A Tx report is about to be written; only with ICC_FAULT_TXQ on.
 * @return how often to write it. */
unsigned int icc_fault_txq(struct ice_core *core, uint16_t queue, uint64_t *qw);
/** Run the lines of a script whose moment has come. */
void icc_fault_poll(struct ice_core *core);
/** Links and script lines that are due. @return next deadline or UINT64_MAX. */
uint64_t icc_fault_timer(struct ice_core *core, uint64_t now);
int icc_fault_init(struct ice_core *core);
void icc_fault_destroy(struct ice_core *core);
/** Remember a command executed, for "aq log". */
void icc_fault_aq_log(struct ice_core *core, uint16_t opcode, uint16_t rc);
/** The firmware starts anew: as the bench wants the device to be then. */
void icc_fault_change(struct ice_core *core);
/** How long a CORER, GLOBR or EMPR takes. */
uint64_t icc_fault_reset_ns(const struct ice_core *core);
/** The value of "fault": what is armed and how often it was applied. */
void icc_fault_json(const struct ice_core *core, struct icc_json *j);

/* core.c */
static inline uint64_t
icc_now(const struct ice_core *core)
{
	return core->ops->now_ns(core->opaque);
}
/** Ask for a timer at `when`, unless an earlier one is asked for already. */
void icc_timer_at(struct ice_core *core, uint64_t when);
void icc_timer_rearm(struct ice_core *core);
void icc_kick(struct ice_core *core);

#endif /* _ICE_CORE_PRIV_H_ */
