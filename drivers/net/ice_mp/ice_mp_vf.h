/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VF_H_
#define _ICE_MP_VF_H_

/**
 * @file
 * The VFs of a PF: what the PF driver knows of each, and what it does to one.
 * What a VF says (virtchnl) is in ice_mp_vc.h.
 *
 * Everything here is under the PF's control lock (ice_mp_ctl.h), which the
 * caller holds: the event thread while it serves a message, control threads
 * while they administer. The data path of ports knows nothing of VFs.
 *
 * Isolation is by construction. Each VF has a slice of queues and one of
 * vectors, computed when the PF is probed and never changed: what a VF names
 * is an index into its own slice.
 */

#include "ice_mp.h"
#include "hw/ice_mp_vf_regs.h"
#include "hw/ice_mp_virtchnl.h"

/** Addresses a VF can have, its own included; one that is not trusted. */
#define ICE_MP_VF_MAX_MACS		64
#define ICE_MP_VF_MAX_MACS_UNTRUSTED	16
/** VLANs a VF can be a member of; one that is not trusted. */
#define ICE_MP_VF_MAX_VLANS		64
#define ICE_MP_VF_MAX_VLANS_UNTRUSTED	8
/** VSI of a VF in messages: every VF has one and knows it by this. */
#define ICE_MP_VF_VSI_ID		1

/**
 * State of a VF. Moves only with the control lock held.
 *
 *         registers written,               VERSION            GET_VF_RESOURCES
 *         RSTAT active                                        (also from READY, after
 *                                                             a reset)
 *   OFF ─────────────────────► READY ───────────────► MET ───────────────────► ACTIVE
 *    ▲                          ▲  ▲                                            ▲  │
 *    │ the PF resets            │  │ done                             last queue│  │first queue
 *    │ or closes                │  │                                  disabled  │  ▼enabled
 *    ├──────────────────────────┼──RESET ◄──────────────────────────────────── RUNNING
 *    │ (from every state)       │    │  ▲  RESET_VF, VFLR, PF driver
 *    │                    again │    │  └ (from every state but OFF)
 *    │                          │    ▼ the device does not finish it
 *    └──────────────────────── BROKEN
 */
enum ice_mp_vf_state {
	ICE_MP_VF_OFF,		/**< the PF is not there for it; RSTAT in progress */
	ICE_MP_VF_RESET,	/**< is being reset; RSTAT in progress */
	ICE_MP_VF_READY,	/**< may speak; owns nothing */
	ICE_MP_VF_MET,		/**< the version is agreed */
	ICE_MP_VF_ACTIVE,	/**< has its VSI and its resources */
	ICE_MP_VF_RUNNING,	/**< and at least one queue that is enabled */
	ICE_MP_VF_BROKEN,	/**< a reset of it failed; RSTAT in progress */
	ICE_MP_VF_STATES,
};
extern const char * const ice_mp_vf_state_names[ICE_MP_VF_STATES];

/** Who resets a VF. */
enum ice_mp_vf_cause {
	ICE_MP_VF_BY_VF,	/**< RESET_VF, or new queues were granted */
	ICE_MP_VF_BY_PF,	/**< administration, or its port goes */
	ICE_MP_VF_BY_FLR,	/**< function level reset: the device has done its part */
	ICE_MP_VF_CAUSES,
};

enum ice_mp_vf_link_mode {
	ICE_MP_VF_LINK_AUTO,	/**< as the port's */
	ICE_MP_VF_LINK_UP,
	ICE_MP_VF_LINK_DOWN,
};

/** What an administrator decides about a VF. Survives every reset. */
struct ice_mp_vf_admin {
	struct rte_ether_addr mac;	/**< zero: not set */
	uint16_t pvid;			/**< port VLAN, 0: none */
	uint8_t pvid_prio;		/**< 0..7 */
	bool trusted;
	bool spoof_check;		/**< default on */
	enum ice_mp_vf_link_mode link;
	uint32_t max_tx_mbps;		/**< 0: no limit */
	uint32_t min_tx_mbps;		/**< 0: none */
	bool promisc, allmulti;		/**< receives all, whatever it asks for */
	uint16_t mtu;			/**< largest it is granted, 0: the port's */
};

/** One direction of a VF's queue. */
struct ice_mp_vf_ring {
	uint64_t addr;			/**< bus address as the VF sees it; 0: not configured */
	uint16_t len;			/**< descriptors */
	uint16_t vector;		/**< of the VF; 0: none */
	uint8_t itr;
	bool on;			/**< enabled */
	/* Rx */
	uint16_t buf_size, max_frame;	/**< bytes */
	uint8_t rxdid;
	bool keep_crc;
	/* Tx */
	uint32_t teid;
};

struct ice_mp_vf_mac {
	struct rte_ether_addr addr;
	uint16_t rule;
};

struct ice_mp_vf_vlan {
	uint16_t id;
	uint16_t rule;
};

/** Since attach. */
struct ice_mp_vf_counters {
	uint64_t messages;		/**< taken from the mailbox */
	uint64_t answered;		/**< replies, of whatever status */
	uint64_t ok;			/**< replies of success */
	uint64_t refused_param;		/**< replies by status */
	uint64_t refused_unsupported;
	uint64_t refused_other;
	uint64_t vetoed;		/**< not executed for the application's sake */
	uint64_t not_sent;		/**< replies and events the mailbox had no room for */
	uint64_t deferred;		/**< messages that waited for their VF's next turn */
	uint64_t events;		/**< sent */
	uint64_t promisc_ignored;	/**< asked for by a VF that is not trusted */
	uint64_t resets[ICE_MP_VF_CAUSES];
};

enum {	/* ice_mp_vf.stats */
	ICE_MP_VF_STAT_RX_BYTES, ICE_MP_VF_STAT_RX_UC, ICE_MP_VF_STAT_RX_MC,
	ICE_MP_VF_STAT_RX_BC, ICE_MP_VF_STAT_RX_DISCARDS, ICE_MP_VF_STAT_TX_BYTES,
	ICE_MP_VF_STAT_TX_UC, ICE_MP_VF_STAT_TX_MC, ICE_MP_VF_STAT_TX_BC,
	ICE_MP_VF_STAT_TX_ERRORS, ICE_MP_VF_STATS,
};

enum {	/* ice_mp_vf.rate: what it is guaranteed, its limit */
	ICE_MP_VF_RATE_MIN, ICE_MP_VF_RATE_MAX, ICE_MP_VF_RATE_KINDS,
};

/** One VF. Lives from attach to detach of its PF. */
struct ice_mp_vf {
	struct ice_mp_pf *pf;
	uint16_t id;
	uint8_t lport;			/**< fixed but for ice_mp_vf_move() */
	enum ice_mp_vf_state state;

	/* slices, fixed */
	uint16_t q_base;		/**< absolute number of its queue 0 */
	uint16_t max_queues;		/**< queue pairs of the slice */
	uint16_t vec_base;		/**< device-absolute number of its vector 0 */
	uint16_t nb_vecs;		/**< mailbox's included */

	struct ice_mp_vf_admin admin;
	struct rte_ether_addr perm_mac;	/**< derived from the PF's and the id */

	/* agreed with the VF */
	uint32_t caps;			/**< ICE_MP_VC_CAP_* granted */
	uint16_t nb_queues;		/**< queue pairs granted */
	uint16_t req_queues;		/**< asked for by it; 0: the whole slice */
	struct rte_ether_addr mac;	/**< its address in force */

	/* in hardware from ACTIVE on */
	bool hw_up;
	uint16_t vsi;			/**< hardware VSI number */
	uint32_t nodes[ICE_MP_SCHED_LAYERS];	/**< own scheduler nodes, 0: none */
	uint32_t rate[ICE_MP_VF_RATE_KINDS];	/**< Mb/s in force, 0: none */
	struct ice_mp_vf_ring rx[ICE_MP_VF_MAX_QPS], tx[ICE_MP_VF_MAX_QPS];
	struct ice_mp_vf_mac macs[ICE_MP_VF_MAX_MACS];
	struct ice_mp_vf_vlan vlans[ICE_MP_VF_MAX_VLANS];
	uint16_t nb_macs, nb_vlans;
	uint16_t bcast_rule, pvid_rule;
	uint16_t promisc_rules[2];
	uint16_t vlan_list;
	bool strip, insert;		/**< VLAN offloads in force */
	bool promisc, allmulti;
	uint64_t hena;			/**< RSS types, 0: no RSS */
	uint8_t rss_key[ICE_MP_RSS_KEY_SIZE];
	uint8_t rss_lut[ICE_MP_VC_RSS_LUT_SIZE];

	struct ice_mp_stat stats[ICE_MP_VF_STATS];
	uint64_t stats_zero[ICE_MP_VF_STATS];	/**< where the administrator begins */
	struct ice_mp_vf_counters cnt;
	struct rte_eth_dev_data *repr;	/**< its representor, ice_mp_repr.c; NULL: none */
	uint16_t in_turn;		/**< messages served in this turn */
	uint32_t turn;			/**< the turn in_turn is of */
	uint16_t nb_held;		/**< messages that wait for its next turn */
	uint64_t reset_due;		/**< timer cycles; RESET: it will be done then; 0: not */
	enum ice_mp_vf_cause reset_cause;
	bool v10;			/**< it speaks version 1.0 */
	uint64_t log_next;		/**< timer cycles; see ice_mp_vf_log_due() */
	bool told_flood;		/**< logged once */
};

/** All VFs of a PF: pf->vfs, NULL when it has none. */
struct ice_mp_vfs {
	uint16_t nb;
	uint16_t queues;		/**< of each slice */
	uint16_t vecs;			/**< of each slice */
	uint16_t nb_due;		/**< VFs with a reset to come; atomic */
	bool lost;			/**< a reset of the PF took what they need */
	struct ice_mp_vf_trees *trees;	/**< ice_mp_vf_hw.c */
	struct ice_mp_vc *vc;		/**< ice_mp_vc.c */
	struct ice_mp_vf vf[];
};

/** A VF by number. @return NULL: the PF has no such VF */
struct ice_mp_vf *ice_mp_vf_get(struct ice_mp_pf *pf, uint16_t id);
/** Has it resources? */
static inline bool
ice_mp_vf_is_up(const struct ice_mp_vf *vf)
{
	return vf->state == ICE_MP_VF_ACTIVE || vf->state == ICE_MP_VF_RUNNING;
}

/* ice_mp_vf.c: life of the table. With the PF, before any event is taken. */

/** How many VFs are served, with which slices, out of what the capabilities
 * say; takes their queues and vectors from what is left for ports.
 * @param nb_ports  ports that need their share
 * @return 0, -ENOSPC: devargs ask for the impossible (logged) */
int ice_mp_vf_partition(struct ice_mp_pf *pf, unsigned int nb_ports);
/** Make the table and let the VFs speak. @return 0 or -errno */
int ice_mp_vf_init(struct ice_mp_pf *pf);
/** Tell them that the PF goes and take down what they have. Idempotent. */
void ice_mp_vf_stop(struct ice_mp_pf *pf);
/** Free the table; ice_mp_vf_stop() first. */
void ice_mp_vf_fini(struct ice_mp_pf *pf);
/** A reset of the PF begins: tell who can still hear it, forget hardware. */
void ice_mp_vf_prepare(struct ice_mp_pf *pf);
/** The PF is there again: let the VFs speak. Possibly again and again. */
void ice_mp_vf_rebuild(struct ice_mp_pf *pf);
/** A port is closed: its VFs lose what they have. */
void ice_mp_vf_port_gone(struct ice_mp_port *port);

/* ice_mp_vf_reset.c */

/** Reset a VF: everything it has goes, then it may speak again.
 * @return 0; -EIO: it is not there to be reset; -ETIMEDOUT: BROKEN now */
int ice_mp_vf_reset(struct ice_mp_vf *vf, enum ice_mp_vf_cause cause);
/** The same for a VF that is to hear of it before: it gets an event and some
 * time to read it, in which it is in state RESET. One that has no resources
 * is reset at once. @return 0 or -EIO */
int ice_mp_vf_reset_later(struct ice_mp_vf *vf, enum ice_mp_vf_cause cause);
/** Do the resets whose time has come. Event thread, which takes the control
 * lock by itself. */
void ice_mp_vf_resets_due(struct ice_mp_pf *pf);
/** Reset those the device has reset (GLGEN_VFLRSTAT). Event thread, which
 * takes the control lock by itself. */
void ice_mp_vf_flr(struct ice_mp_pf *pf);

/* ice_mp_vf_admin.c */

/** Follow the device's counters, so that none wraps unseen. */
void ice_mp_vf_stats_tick(struct ice_mp_vf *vf);
/** Put a decision in force. What changes addresses, VLAN or trust of a VF that
 * has resources resets it, the rest is seen at once.
 * @return 0, -EINVAL, -EADDRINUSE, -errno of the device; on error nothing has
 *   changed */
int ice_mp_vf_admin_set(struct ice_mp_vf *vf, const struct ice_mp_vf_admin *admin);
/** Move to another port. @return 0, -EINVAL, -EBUSY: it has resources */
int ice_mp_vf_move(struct ice_mp_vf *vf, uint8_t lport);
/** The link as the VF sees it; *mbps 0 when it is down or not known. */
void ice_mp_vf_link_get(const struct ice_mp_vf *vf, bool *up, uint32_t *mbps);
/** Largest frame of the VF, bytes with FCS, without the tag of a port VLAN. */
uint16_t ice_mp_vf_max_frame(const struct ice_mp_vf *vf);
/** Statistics since the VF got its resources. @return 0, -EIO: it has none */
int ice_mp_vf_stats_get(struct ice_mp_vf *vf, struct ice_mp_vc_stats *out);
/** Is the address one of a VF of the port, other than `but` (may be NULL)? */
bool ice_mp_vf_owns_mac(const struct ice_mp_pf *pf, uint8_t lport,
			const struct rte_ether_addr *addr, const struct ice_mp_vf *but);

/** May a line about what the VF does wrong be logged now? It cannot make the
 * log longer than one in a while. */
bool ice_mp_vf_log_due(struct ice_mp_vf *vf);

#define VF_LOG(vf, level, fmt, ...) \
	ICE_MP_LOG(level, "%s VF %u (lport %u): " fmt, (vf)->pf->name, (vf)->id, (vf)->lport, \
		   ##__VA_ARGS__)

#endif /* _ICE_MP_VF_H_ */
