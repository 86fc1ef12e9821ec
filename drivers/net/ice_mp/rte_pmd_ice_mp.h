/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _RTE_PMD_ICE_MP_H_
#define _RTE_PMD_ICE_MP_H_

/**
 * @file
 * What an application can ask of net_ice_mp beside ethdev: administration of
 * the VFs of a PF, and what speeds its ports are for.
 *
 * A VF is named by an ethdev and a number: `port_id` is the ethdev of the port
 * the VF belongs to, `vf` the number of the VF in its PF, as the kernel counts
 * them (virtfn0 is 0). A VF that exists can be administered whether or not its
 * PCI function is enabled and a driver is bound to it. What was decided
 * outlives every reset of the VF and of the PF, and is forgotten when the
 * device is removed.
 *
 * Unless said otherwise all functions:
 * - may be called from any thread of the primary process, and from callbacks
 *   of ethdev events of the device; as with all calls about a port nobody may
 *   close it meanwhile;
 * - wait, bounded, while the device recovers from a reset;
 * - change all they were asked for, or on an error nothing;
 * - return 0, or
 *     -ENODEV   there is no ethdev port_id, or it was closed;
 *     -ENOTSUP  it is not one of net_ice_mp (nor a representor's, which have
 *               ethdev's own operations), or the process is a secondary one;
 *     -EINVAL   the PF serves no VF of that number, or a parameter is out of
 *               its range;
 *     -ENOENT   the VF belongs to another port;
 *     -EBUSY    called from a callback while the device recovers;
 *     -EIO      the device is lost;
 *     another   the device refused: -EIO, -ENOSPC, …
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_compat.h>
#include <rte_ether.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What becomes of a message of a VF, see rte_pmd_ice_mp_mb_event_param. */
enum rte_pmd_ice_mp_mb_event_rsp {
	RTE_PMD_ICE_MP_MB_EVENT_NOOP_ACK,	/**< not executed, answered with success */
	RTE_PMD_ICE_MP_MB_EVENT_NOOP_NACK,	/**< not executed, answered "not supported" */
	RTE_PMD_ICE_MP_MB_EVENT_PROCEED,	/**< executed (this is set beforehand) */
	RTE_PMD_ICE_MP_MB_EVENT_MAX
};

/**
 * Parameter of RTE_ETH_EVENT_VF_MBOX, which is raised on the ethdev of the VF's
 * port before a message of the VF is executed. The callback runs in the thread
 * that serves the VFs, without any lock of the driver; it may change retval and
 * nothing else.
 */
struct rte_pmd_ice_mp_mb_event_param {
	uint16_t vfid;		/**< VF number */
	uint16_t msg_type;	/**< virtchnl opcode; 0: the device's doorbell, no message */
	uint16_t retval;	/**< enum rte_pmd_ice_mp_mb_event_rsp */
	uint16_t msglen;	/**< bytes */
	const void *msg;	/**< as the VF sent it, unchecked; NULL when msglen is 0 */
};

/** What a VF is told of its link. */
enum rte_pmd_ice_mp_vf_link {
	RTE_PMD_ICE_MP_VF_LINK_AUTO,	/**< the link of its port */
	RTE_PMD_ICE_MP_VF_LINK_UP,	/**< up, whatever that of its port is */
	RTE_PMD_ICE_MP_VF_LINK_DOWN,	/**< down, likewise */
};

/** How far a VF's driver has come. */
enum rte_pmd_ice_mp_vf_state {
	RTE_PMD_ICE_MP_VF_OFF,		/**< the PF is in a reset, or lost */
	RTE_PMD_ICE_MP_VF_RESET,	/**< the VF is in a reset */
	RTE_PMD_ICE_MP_VF_READY,	/**< no driver has spoken yet */
	RTE_PMD_ICE_MP_VF_MET,		/**< a driver has, about versions */
	RTE_PMD_ICE_MP_VF_ACTIVE,	/**< it has its resources */
	RTE_PMD_ICE_MP_VF_RUNNING,	/**< and queues that are enabled */
	RTE_PMD_ICE_MP_VF_BROKEN,	/**< a reset of it failed; a reset may help */
};

/** What is known of a VF: what was decided, what it has, what it did. */
struct rte_pmd_ice_mp_vf_info {
	uint16_t vf;			/**< its number */
	uint16_t lport;			/**< hardware number of its port */
	enum rte_pmd_ice_mp_vf_state state;
	/* decided */
	struct rte_ether_addr admin_mac;	/**< zero: none, the driver's choice */
	uint16_t vlan;			/**< port VLAN, 0: none */
	uint8_t vlan_prio;		/**< 0..7 */
	bool trusted;
	bool spoof_check;
	bool promisc;			/**< receives all unicast frames of the port */
	bool allmulti;			/**< receives all multicast frames of the port */
	enum rte_pmd_ice_mp_vf_link link;
	uint16_t max_mtu;		/**< bytes; 0: the port's limit */
	uint32_t min_tx_mbps;		/**< Mb/s, 0: nothing guaranteed */
	uint32_t max_tx_mbps;		/**< Mb/s, 0: no limit */
	/* in force */
	struct rte_ether_addr mac;	/**< address it has, or would get now */
	bool link_up;			/**< as the VF sees it */
	uint32_t link_mbps;		/**< Mb/s; 0: down or not known */
	uint16_t max_queues;		/**< queue pairs it can have */
	uint16_t nb_queues;		/**< queue pairs it has, 0: no resources */
	uint16_t nb_macs;		/**< addresses it receives, broadcast aside */
	uint16_t nb_vlans;		/**< VLANs it has joined */
	/* since the device was attached */
	uint64_t messages;		/**< taken from its mailbox */
	uint64_t answered;		/**< of those, answered */
	uint64_t refused;		/**< answers other than success */
	uint64_t vetoed;		/**< not executed for the application's sake */
	uint64_t events;		/**< events sent to it */
	uint64_t not_sent;		/**< answers and events it left no room for */
	uint64_t resets;		/**< of the VF, whoever caused them */
};

/** Counters of a VF. */
struct rte_pmd_ice_mp_vf_stats {
	uint64_t rx_bytes;		/**< received, without FCS */
	uint64_t rx_unicast, rx_multicast, rx_broadcast;	/**< frames received */
	uint64_t rx_discards;		/**< frames there was no buffer for */
	uint64_t tx_bytes;		/**< sent, without FCS */
	uint64_t tx_unicast, tx_multicast, tx_broadcast;	/**< frames sent */
	uint64_t tx_errors;		/**< frames that were not sent: spoofed, refused */
};

/**
 * What is known of a VF. Asks nothing of the device and never waits for it.
 *
 * @param[out] info  of this moment
 * @return 0 or as above; -EINVAL as well when info is NULL
 */
__rte_experimental
int rte_pmd_ice_mp_vf_info_get(uint16_t port_id, uint16_t vf,
			       struct rte_pmd_ice_mp_vf_info *info);

/**
 * Decide a VF's MAC address. A VF that has resources is reset, which is how
 * its driver learns of it. A VF that is not trusted can then have no other
 * unicast address.
 *
 * @param addr  unicast; all zero: the driver chooses again
 * @return 0 or as above; -EADDRINUSE a port of the PF or another VF of the port
 *         has it
 */
__rte_experimental
int rte_pmd_ice_mp_vf_mac_set(uint16_t port_id, uint16_t vf, const struct rte_ether_addr *addr);

/**
 * Put a VF into a VLAN it knows nothing of: its frames are tagged on their way
 * out, it receives those with the tag, and sees neither. A VF that has
 * resources is reset.
 *
 * @param vlan  1..4094; 0: none
 * @param prio  priority, 0..7; 0 when vlan is 0
 * @param tpid  type of the tag, host byte order: RTE_ETHER_TYPE_VLAN
 * @return 0 or as above; -ENOTSUP the device cannot use that type: it has one
 *         tag, of type 0x8100
 */
__rte_experimental
int rte_pmd_ice_mp_vf_vlan_set(uint16_t port_id, uint16_t vf, uint16_t vlan, uint8_t prio,
			       uint16_t tpid);

/**
 * Trust a VF: it may receive promiscuously, change an address that was decided
 * for it, and have more addresses and VLANs. A VF that has resources is reset.
 */
__rte_experimental
int rte_pmd_ice_mp_vf_trust_set(uint16_t port_id, uint16_t vf, bool on);

/**
 * Check the source addresses of what a VF sends (default: on): frames with an
 * address that is not one of its own are dropped. In force at once.
 */
__rte_experimental
int rte_pmd_ice_mp_vf_spoof_check_set(uint16_t port_id, uint16_t vf, bool on);

/**
 * Let a VF receive all frames of its port, of unicast addresses (promisc, which
 * includes the other), of multicast addresses (allmulti), whether or not it is
 * trusted and asks for them. In force at once.
 */
__rte_experimental
int rte_pmd_ice_mp_vf_promisc_set(uint16_t port_id, uint16_t vf, bool promisc, bool allmulti);

/** Decide what a VF is told of its link. It is told at once. */
__rte_experimental
int rte_pmd_ice_mp_vf_link_set(uint16_t port_id, uint16_t vf, enum rte_pmd_ice_mp_vf_link link);

/**
 * Limit what a VF can send. In force at once.
 *
 * @param min_mbps  Mb/s it is to get when the port is busy; 0: nothing said
 * @param max_mbps  Mb/s it can have at most; 0: as much as the port has
 * @return 0 or as above; -EINVAL as well when min_mbps is above max_mbps, or
 *         one of them above 100000
 */
__rte_experimental
int rte_pmd_ice_mp_vf_rate_set(uint16_t port_id, uint16_t vf, uint32_t min_mbps,
			       uint32_t max_mbps);

/**
 * Limit the MTU of a VF: its driver is told, and cannot have Rx queues for
 * larger frames. A VF that has resources is reset.
 *
 * @param mtu  bytes, RTE_ETHER_MIN_MTU to the largest MTU of the port; 0: that
 */
__rte_experimental
int rte_pmd_ice_mp_vf_mtu_set(uint16_t port_id, uint16_t vf, uint16_t mtu);

/** Counters of a VF, since it got its resources or they were reset; of one that
 * has no resources as they were last. */
__rte_experimental
int rte_pmd_ice_mp_vf_stats_get(uint16_t port_id, uint16_t vf,
				struct rte_pmd_ice_mp_vf_stats *stats);

/** Let the counters of a VF begin at 0. */
__rte_experimental
int rte_pmd_ice_mp_vf_stats_reset(uint16_t port_id, uint16_t vf);

/**
 * Reset a VF: it loses what it has, and its driver begins anew. A VF that has
 * resources is told, and reset some milliseconds later; another one is reset on
 * return.
 *
 * @return 0 or as above; -ETIMEDOUT the device did not finish: the VF is BROKEN
 */
__rte_experimental
int rte_pmd_ice_mp_vf_reset(uint16_t port_id, uint16_t vf);

/**
 * Move a VF to another port of the PF, while it is down: it must have no
 * resources (no driver has asked for them since its last reset). It keeps what
 * was decided for it.
 *
 * @param to_port_id  ethdev of the port it is to belong to
 * @return 0 or as above; -EBUSY the VF has resources; -EXDEV to_port_id is of
 *         another PF; -EADDRINUSE the address decided for it is in use there
 */
__rte_experimental
int rte_pmd_ice_mp_vf_move(uint16_t port_id, uint16_t vf, uint16_t to_port_id);

/** Options of a port at most. */
#define RTE_PMD_ICE_MP_PORT_OPTIONS	16

/** What a port can be limited to. */
struct rte_pmd_ice_mp_port_options {
	uint8_t nb;		/**< entries of max_mbps[] */
	uint8_t active;		/**< the one in force */
	uint8_t pending;	/**< the one that will be; else the same */
	uint32_t max_mbps[RTE_PMD_ICE_MP_PORT_OPTIONS];	/**< fastest link, Mb/s */
};

/**
 * The options of a port. (Of the errors above those about VFs do not occur.)
 */
__rte_experimental
int rte_pmd_ice_mp_port_options_get(uint16_t port_id,
				    struct rte_pmd_ice_mp_port_options *options);

/**
 * Limit a port to an option's speed. The device keeps it in its NVM and goes by
 * it from the next start of its firmware on: a power cycle, or a reset of kind
 * EMPR, which the ports live through as through others. Until then nothing
 * changes but `pending`.
 *
 * @param option  index in max_mbps[]
 * @return 0 or as above; -EINVAL there is no such option
 */
__rte_experimental
int rte_pmd_ice_mp_port_option_set(uint16_t port_id, uint8_t option);

#ifdef __cplusplus
}
#endif

#endif /* _RTE_PMD_ICE_MP_H_ */
