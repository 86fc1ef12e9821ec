/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_H_
#define _ICE_MP_H_

/**
 * @file
 * The driver's objects.
 *
 *   ice_mp_pf    one per PCI function: bus, AdminQ, events, resource pools
 *   ice_mp_port  one per lport, the ethdev's dev_private: VSI, scheduler
 *                branch, filters, RSS, link, queue range, vector range
 *   queues       ice_mp_rxtx.h
 *
 * Three numbers that are never mixed: `port_id` is DPDK's ethdev number,
 * `lport` the hardware's port number, `idx` a position in pf->ports[].
 *
 * Threads: "control" is any application thread in an ethdev call (serialised
 * per PF, ice_mp_ctl.h), "event" the thread or lcore that runs the event
 * engine, "data" an lcore in a burst function. Data threads touch nothing of
 * this file but the queues.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <ethdev_driver.h>
#include <rte_ether.h>
#include <rte_interrupts.h>

#include "ice_mp_bus.h"
#include "hw/ice_mp_aq.h"
#include "hw/ice_mp_desc.h"
#include "hw/ice_mp_ext.h"
#include "hw/ice_mp_regs.h"

/** Queue pairs one port can get, whatever the pool holds. */
#define ICE_MP_PORT_MAX_QUEUES		64
/** MAC addresses of a port, the default one included. */
#define ICE_MP_MAX_MACS			64
/** Multicast addresses of a port beside those. */
#define ICE_MP_MAX_MC_ADDRS		128
/** Vectors of a port; queues beyond share them. */
#define ICE_MP_PORT_MAX_VECS		16
#define ICE_MP_MIN_MTU			RTE_ETHER_MIN_MTU
/** Ethernet header, two VLAN tags, FCS. */
#define ICE_MP_ETH_OVERHEAD		(RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN + RTE_ETHER_CRC_LEN)
/** 9728 - 26 */
#define ICE_MP_MAX_MTU			(ICE_MP_MAX_FRAME - ICE_MP_ETH_OVERHEAD)

struct ice_mp_pf;
struct ice_mp_event_engine;	/* ice_mp_event.c */
struct ice_mp_adminq;		/* ice_mp_adminq.c */
struct ice_mp_vfs;		/* ice_mp_vf.h */
struct ice_mp_rate;		/* ice_mp_rate.c */

/** A counter of 32 or 40 bits in hardware, 64 here. */
struct ice_mp_stat {
	uint64_t prev;		/**< last raw reading */
	uint64_t total;		/**< since the last reset */
};

/** State of a port. Only dev_configure/start/stop/close move it. */
enum ice_mp_port_state {
	ICE_MP_PORT_INIT,	/**< probed or reset, not configured */
	ICE_MP_PORT_CONFIGURED,
	ICE_MP_PORT_STARTED,
	ICE_MP_PORT_CLOSED,
};

/** One lport. Lives in shared memory, allocated by the ethdev layer's owner
 * (dev_private); freed with the ethdev. */
struct ice_mp_port {
	struct ice_mp_pf *pf;		/**< primary process only */
	struct rte_eth_dev_data *data;	/**< the ethdev's shared data */
	uint8_t lport;
	uint8_t idx;			/**< pf->ports[idx] == this */
	enum ice_mp_port_state state;

	/* resources, fixed from probe to close */
	uint16_t vsi;			/**< hardware VSI number */
	uint16_t q_base;		/**< absolute number of queue 0 (Rx and Tx) */
	uint16_t nb_queues;		/**< queue pairs available */
	uint16_t vec_base;		/**< first vector of the slice */
	uint16_t nb_vecs;		/**< 0: Rx interrupts not available */
	uint16_t rss_lut;		/**< global RSS LUT index */
	struct rte_intr_handle *intr_handle;	/**< the slice, for Rx interrupts */

	/* scheduler branch (ice_mp_sched.c) */
	uint32_t root_teid, vsi_teid, qgrp_teid;
	uint32_t nodes[ICE_MP_SCHED_LAYERS];	/**< own nodes by layer, 0: none */

	/* filters (ice_mp_filter.c): rule indexes, ICE_MP_NO_RULE when absent */
	struct rte_ether_addr perm_mac;
	struct rte_ether_addr mac;	/**< default address in force */
	struct ice_mp_mac_filter *macs;
	uint16_t promisc_rules[4];
	uint16_t bcast_rule;

	/* link (ice_mp_link.c) */
	uint16_t aq_speed;		/**< ICE_MP_AQ_SPEED_*, last seen */
	uint64_t phy_type_low, phy_type_high;	/**< supported with the media */
	uint8_t phy_caps;
	bool link_admin_up;		/**< as it was set last, or as found */
	bool link_set;			/**< it was set: a reset must not undo it */
	bool link_stale;		/**< the last reading failed; atomic */
	uint8_t phy_an, phy_fec;	/**< AN and FEC the media can do */

	/* what the application asked for (ice_mp_phy.c) */
	bool fc_set;
	enum rte_eth_fc_mode fc_mode;	/**< when it did */
	uint16_t pause_quanta;		/**< of PAUSE frames, 0: the device's default */
	uint32_t fec;			/**< RTE_ETH_FEC_MODE_CAPA_MASK()s, 0: it did not */

	uint8_t swid;			/**< switch the port's VSI belongs to */
	uint16_t vlan_list;		/**< prune list of the VSI */
	uint16_t *vlan_rules;		/**< rule of each VLAN id */
	bool hw_up;			/**< VSI and scheduler branch exist */
	bool removed;			/**< INTR_RMV was reported */
	bool gone;			/**< not on the device since its reset; atomic */
	bool rss_on;			/**< LUT in force is rss_lut_tbl, else queue 0 */
	uint8_t hw_branch;		/**< layer of the entry point */

	/*
	 * What a recovery restores, beside what the filters and the link
	 * above say. ethdev's own copies are no help: it writes them before
	 * or after the operation, when a recovery may be under way.
	 */
	uint32_t epoch;			/**< pf->ctl.epoch its hardware is of */
	bool promisc, allmulti;
	uint16_t frame;			/**< largest frame the MAC was set to */
	uint64_t vlans[4096 / 64];	/**< bitmap of VLAN ids */
	uint64_t rxq_resume, txq_resume;	/**< queues that ran, by number */
	uint64_t rxq_intr;		/**< queues whose interrupt is enabled */

	uint64_t clock;			/**< ns, not long ago (ice_mp_clock.c); atomic */
	/** Limits of Tx queues, Mb/s, 0: none; and those in force */
	uint32_t txq_rate[ICE_MP_PORT_MAX_QUEUES], txq_rate_on[ICE_MP_PORT_MAX_QUEUES];

	uint64_t rx_offloads, tx_offloads;	/**< in force since configure */
	struct ice_mp_port_stats *stats;	/**< ice_mp_stats.c */
	uint8_t *rss_key;			/**< ICE_MP_RSS_KEY_SIZE */
	uint16_t *rss_lut_tbl;			/**< ICE_MP_RSS_LUT_GLOBAL entries */
};

#define ICE_MP_NO_RULE			0xFFFF
#define ICE_MP_NO_LUT			0xFFFF

/** Parsed devargs (ice_mp_devargs.c documents each). */
struct ice_mp_devargs {
	uint8_t port_mask;		/**< ports=[…]; 0: all */
	uint8_t event_mode;		/**< enum ice_mp_event_mode */
	uint16_t queues_per_port;	/**< queues_per_port=; 0: pooled equally */
	uint32_t hang_ms;		/**< hang_ms=; 0: queues are not watched */
	int16_t vfs;			/**< vfs=; negative: all */
	uint8_t vf_queues;		/**< vf_queues=; 0: what fits */
	uint16_t nb_vf_map;		/**< vf_map=[…]: its length, 0: as found */
	uint8_t vf_map[ICE_MP_HW_MAX_VFS];
	uint64_t reprs[ICE_MP_HW_MAX_VFS / 64];	/**< representor=: bitmap of VFs */
};

/**
 * State of a PF. Only the event thread moves it, with the control lock held,
 * see ice_mp_recovery.c.
 *
 *            the device resets             device ready
 *   RUNNING ─────────────────► PREPARE ─► WAIT ─────────► REBUILD ─┐
 *      ▲                                   ▲ reset meanwhile  │    │
 *      │                                   └──────────────────┘    │
 *      │   every port is as it was                                 │
 *      └───────────────────────────────────────────────────────────┤
 *                              too late, or too often              ▼
 *                              FAILED ◄────────────────────────────┘
 */
enum ice_mp_pf_state {
	ICE_MP_PF_RUNNING,
	ICE_MP_PF_PREPARE,	/**< ports quiesced, applications told */
	ICE_MP_PF_WAIT,		/**< for the device to come out of reset */
	ICE_MP_PF_REBUILD,	/**< AdminQ, discovery, ports replayed */
	ICE_MP_PF_FAILED,	/**< for good: only close and remove are left */
};

/** Control calls of a PF, see ice_mp_ctl.h. */
struct ice_mp_ctl {
	pthread_mutex_t lock;
	pthread_cond_t moved;		/**< pf->state has */
	uint32_t epoch;			/**< resets of the function so far */
	pthread_t owner;		/**< for assertions; atomic */
	bool held;			/**< atomic */
};

/** One PCI function. Process-local to the primary. */
struct ice_mp_pf {
	TAILQ_ENTRY(ice_mp_pf) next;	/**< list of PFs, ice_mp_pf.c */
	struct ice_mp_bus *bus;
	char name[RTE_DEV_NAME_MAX_LEN];	/**< BDF (or vdev name), for logs */
	struct ice_mp_devargs args;
	struct ice_mp_ctl ctl;
	/** Of ports[] and by_lport[] once the PF is attached; a leaf. */
	pthread_mutex_t lock;

	struct ice_mp_adminq *aq;
	struct ice_mp_event_engine *events;

	/* discovered */
	uint8_t nb_hw_ports;		/**< lports the device has */
	uint8_t nb_ports;		/**< entries used in ports[] */
	bool multi_port;		/**< device has the MP window and opted in */
	struct ice_mp_port *ports[ICE_MP_MAX_PORTS];	/**< by idx */
	struct ice_mp_port *by_lport[ICE_MP_MAX_PORTS];	/**< NULL: not ours */
	uint16_t nb_rxqs, nb_txqs, nb_vectors, rss_size;	/**< capabilities */
	char fw_version[64];
	uint16_t domain_id;		/**< switch domain */
	uint16_t nb_vectors_on;		/**< enabled with the bus */
	uint16_t nb_hw_vectors;		/**< of the function and its VFs */
	uint16_t nb_hw_vfs;		/**< VFs it can have */
	enum ice_mp_pf_state state;
	uint32_t nb_recoveries, nb_failures;	/**< of resets by the device */
	uint16_t q_first;		/**< first absolute queue of the function */
	uint16_t max_frame;		/**< of the MAC, bytes with FCS */
	void *parked;			/**< zeros, see ice_mp_rxtx.h */
	uint16_t qgrp_max;		/**< leaves one queue group can have */
	uint16_t siblings[ICE_MP_SCHED_LAYERS];	/**< nodes of a layer under one parent */
	struct rte_ether_addr macs[ICE_MP_MAX_PORTS];	/**< by lport */
	uint8_t swids[ICE_MP_MAX_PORTS];		/**< by lport */
	struct ice_mp_vfs *vfs;		/**< NULL: it serves no VF */
	uint32_t flash_size;		/**< bytes, 0: not known yet */
	SLIST_HEAD(, ice_mp_rate) rates;	/**< ice_mp_rate.c */
	uint32_t rates_epoch;		/**< ctl.epoch they are of */
};

static inline struct ice_mp_port *
ice_mp_dev_port(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private;
}

static inline uint32_t
ice_mp_rd32(const struct ice_mp_pf *pf, uint32_t reg)
{
	return pf->bus->ops->reg_read(pf->bus, reg);
}

static inline void
ice_mp_wr32(const struct ice_mp_pf *pf, uint32_t reg, uint32_t val)
{
	pf->bus->ops->reg_write(pf->bus, reg, val);
}

/** Absolute hardware queue of a port's queue. */
static inline uint16_t
ice_mp_hw_queue(const struct ice_mp_port *port, uint16_t queue)
{
	return port->q_base + queue;
}

/*
 * Calls between the control plane and the data path room (ice_mp_rxtx.c).
 * Control threads only; the caller holds no lock unless said.
 */

/** Vector (PF-relative) Rx queue `queue` signals; 0 when it has none. */
uint16_t ice_mp_rxq_vector(const struct ice_mp_port *port, uint16_t queue);
/** Destroy a Tx queue in hardware (0x0C31). @return 0 or -errno. */
int ice_mp_sched_del_txq(struct ice_mp_port *port, uint16_t queue, uint32_t teid);

#endif /* _ICE_MP_H_ */
