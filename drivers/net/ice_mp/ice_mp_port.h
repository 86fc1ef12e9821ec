/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_PORT_H_
#define _ICE_MP_PORT_H_

/**
 * @file
 * What the rooms of the control plane offer each other about one port.
 * Control threads only unless said; all return 0 or -errno. Pairs (init/fini,
 * add/del) mirror each other; a fini is idempotent, goes on past errors of
 * the device and asks nothing of a device that is gone.
 */

#include "ice_mp.h"

/* ice_mp_port.c: everything a port owns in hardware, in order. */
int ice_mp_port_hw_init(struct ice_mp_port *port);
void ice_mp_port_hw_fini(struct ice_mp_port *port);
/** The device forgot the port (reset): forget it here as well, but for what
 * the application configured. */
void ice_mp_port_hw_lost(struct ice_mp_port *port);
/** Build the port anew and put in force what was configured. */
int ice_mp_port_hw_replay(struct ice_mp_port *port);
/** Memory of a port, before and after its hardware. */
int ice_mp_port_alloc(struct ice_mp_port *port);
void ice_mp_port_free(struct ice_mp_port *port);
/** Set the largest frame (bytes with FCS) and remember it. */
int ice_mp_port_set_frame(struct ice_mp_port *port, uint16_t frame);

/* ice_mp_sched.c: root - TC - entry - … - VSI - … - queue group */
int ice_mp_sched_init(struct ice_mp_port *port);
void ice_mp_sched_fini(struct ice_mp_port *port);
/** Where a port's tree can be extended: nodes[layer] is the entry point.
 * @return its layer, -errno */
int ice_mp_sched_entry(struct ice_mp_pf *pf, uint8_t lport, uint32_t nodes[ICE_MP_SCHED_LAYERS],
		       uint32_t *root);
/** Nodes one below the other, from layer `first` to the queue group; the one
 * above is in nodes[first - 1]. On error there is none of them. */
int ice_mp_sched_chain(struct ice_mp_pf *pf, uint32_t nodes[ICE_MP_SCHED_LAYERS], int first);
void ice_mp_sched_unchain(struct ice_mp_pf *pf, uint32_t nodes[ICE_MP_SCHED_LAYERS], int first);
/** Delete a node, if there is one; forgotten whatever the device says. */
void ice_mp_sched_drop_node(struct ice_mp_pf *pf, uint32_t parent, uint32_t *node);

/* ice_mp_vsi.c */
int ice_mp_vsi_init(struct ice_mp_port *port);
void ice_mp_vsi_fini(struct ice_mp_port *port);
/** Put the VLAN offloads in force: strip, prune. */
int ice_mp_vsi_set_vlan(struct ice_mp_port *port, uint64_t offloads);

/* ice_mp_filter.c */
int ice_mp_filter_alloc(struct ice_mp_port *port);
void ice_mp_filter_free(struct ice_mp_port *port);
int ice_mp_filter_init(struct ice_mp_port *port);
void ice_mp_filter_fini(struct ice_mp_port *port);
void ice_mp_filter_lost(struct ice_mp_port *port);
/** After a reset: rules of everything that is remembered. */
int ice_mp_filter_replay(struct ice_mp_port *port);
/** Who wants an address: an entry goes when nobody does. */
enum ice_mp_mac_user {
	ICE_MP_MAC_UC = 1,	/**< mac_addr_set/add */
	ICE_MP_MAC_MC = 2,	/**< set_mc_addr_list */
};
/** Does the port listen to the address? */
bool ice_mp_mac_has(struct ice_mp_port *port, const struct rte_ether_addr *addr);
int ice_mp_mac_add(struct ice_mp_port *port, const struct rte_ether_addr *addr,
		   enum ice_mp_mac_user user);
int ice_mp_mac_del(struct ice_mp_port *port, const struct rte_ether_addr *addr,
		   enum ice_mp_mac_user user);
/** Make the list the port's multicast list; all or nothing. */
int ice_mp_mac_set_mc(struct ice_mp_port *port, const struct rte_ether_addr *addrs,
		      unsigned int nb);
int ice_mp_promisc_set(struct ice_mp_port *port, bool promisc, bool allmulti);
int ice_mp_vlan_add(struct ice_mp_port *port, uint16_t vlan);
int ice_mp_vlan_del(struct ice_mp_port *port, uint16_t vlan);

/* ice_mp_rss.c */
int ice_mp_rss_init(struct ice_mp_port *port);
void ice_mp_rss_fini(struct ice_mp_port *port);
/** From the ethdev's configuration: key and table of `nb_rxq` queues. */
int ice_mp_rss_configure(struct ice_mp_port *port);
int ice_mp_rss_replay(struct ice_mp_port *port);
extern const uint64_t ice_mp_rss_offloads;
extern const uint8_t ice_mp_rss_default_key[ICE_MP_RSS_KEY_SIZE];
int ice_mp_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf,
		       uint16_t size);
int ice_mp_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf,
		      uint16_t size);
int ice_mp_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);
int ice_mp_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);

/* ice_mp_link.c */
int ice_mp_link_init(struct ice_mp_port *port);
void ice_mp_link_fini(struct ice_mp_port *port);
/** After a reset: as it was set. */
int ice_mp_link_replay(struct ice_mp_port *port);
/** Ask the device and publish in the ethdev. Control and event threads. When
 * the device does not answer, the event engine asks again.
 * @return 1 the status changed, 0 not, -errno */
int ice_mp_link_refresh(struct ice_mp_port *port);
/** Publish that there is none, without asking. @return true: it changed */
bool ice_mp_link_lost(struct ice_mp_port *port);
int ice_mp_link_set(struct ice_mp_port *port, bool up);
int ice_mp_dev_set_link_up(struct rte_eth_dev *dev);
int ice_mp_dev_set_link_down(struct rte_eth_dev *dev);
/** RTE_ETH_LINK_SPEED_* the media can do. */
uint32_t ice_mp_link_speed_capa(const struct ice_mp_port *port);


/* ice_mp_phy.c */
/** Put what the application asked for in a configuration that has what is in
 * force. */
void ice_mp_phy_apply(const struct ice_mp_port *port, struct ice_mp_aq_phy_cfg *cfg);
int ice_mp_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);
int ice_mp_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);
int ice_mp_fec_get_capability(struct rte_eth_dev *dev, struct rte_eth_fec_capa *out,
			      unsigned int num);
int ice_mp_fec_get(struct rte_eth_dev *dev, uint32_t *fec);
int ice_mp_fec_set(struct rte_eth_dev *dev, uint32_t fec);

/* ice_mp_queue_live.c */
/** rx_queue_setup and tx_queue_setup of ethdev. On a port that runs a queue which
 * the burst functions in use cannot serve is refused: -EINVAL. */
int ice_mp_dev_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			      unsigned int socket, const struct rte_eth_rxconf *conf,
			      struct rte_mempool *mp);
int ice_mp_dev_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			      unsigned int socket, const struct rte_eth_txconf *conf);

/* ice_mp_module.c */
int ice_mp_dev_led_on(struct rte_eth_dev *dev);
int ice_mp_dev_led_off(struct rte_eth_dev *dev);
int ice_mp_get_eeprom_length(struct rte_eth_dev *dev);
int ice_mp_get_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info);
int ice_mp_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info);
int ice_mp_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info);
int ice_mp_get_reg(struct rte_eth_dev *dev, struct rte_dev_reg_info *info);

/* ice_mp_intr.c */
/** Enable the PF's vectors, misc cause registers; slices of ports. */
int ice_mp_intr_init(struct ice_mp_pf *pf);
void ice_mp_intr_fini(struct ice_mp_pf *pf);
/** Let causes be latched and, with irq, raise the misc vector / no more. */
void ice_mp_intr_misc_on(struct ice_mp_pf *pf, bool irq);
void ice_mp_intr_misc_off(struct ice_mp_pf *pf);
/** Allow the misc vector to fire once more. Event thread. */
void ice_mp_intr_misc_rearm(struct ice_mp_pf *pf);
int ice_mp_intr_port_init(struct ice_mp_port *port);
void ice_mp_intr_port_fini(struct ice_mp_port *port);
/** Give each Rx queue its vector of the slice when the application wants Rx
 * interrupts, none otherwise. */
int ice_mp_intr_port_configure(struct rte_eth_dev *dev);
/** Connect Rx queues to vectors at start when the application asked. */
int ice_mp_intr_port_start(struct rte_eth_dev *dev);
void ice_mp_intr_port_stop(struct rte_eth_dev *dev);
/** Raise the interrupt of a queue that is enabled. */
void ice_mp_intr_rxq_again(struct ice_mp_port *port, uint16_t queue);
/** After a reset: interrupts that were enabled, once more. */
void ice_mp_intr_port_resume(struct rte_eth_dev *dev);
int ice_mp_rx_intr_enable(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_rx_intr_disable(struct rte_eth_dev *dev, uint16_t queue);

/* ice_mp_stats.c */
int ice_mp_stats_init(struct ice_mp_port *port);
void ice_mp_stats_fini(struct ice_mp_port *port);
/** Device counters may have restarted: take the next reading as the base. */
void ice_mp_stats_rebase(struct ice_mp_port *port);
/** Read a 40-bit counter, which is two registers. */
uint64_t ice_mp_stat_read40(const struct ice_mp_pf *pf, uint32_t reg);
/** Read the counters often enough that none wraps unseen. Any thread. */
void ice_mp_stats_tick(struct ice_mp_port *port);
int ice_mp_stats_reset(struct rte_eth_dev *dev);
int ice_mp_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *out, unsigned int n);
int ice_mp_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *out,
			    unsigned int n);
int ice_mp_xstats_get_by_id(struct rte_eth_dev *dev, const uint64_t *ids, uint64_t *values,
			    unsigned int n);
int ice_mp_xstats_get_names_by_id(struct rte_eth_dev *dev, const uint64_t *ids,
				  struct rte_eth_xstat_name *out, unsigned int n);
int ice_mp_xstats_reset(struct rte_eth_dev *dev);

/* ice_mp_devargs.c */
int ice_mp_devargs_parse(const char *name, const char *str, struct ice_mp_devargs *args);

/* ice_mp_ethdev.c */
/** Name of an lport's ethdev: `<pf>` for the only port a device has when it is
 * probed (single), else `<pf>_port<lport>`. @return 0, -ENAMETOOLONG */
int ice_mp_ethdev_name(const char *pf, bool single, uint8_t lport,
		       char name[RTE_ETH_NAME_MAX_LEN]);
/** Create the (not yet announced) ethdev of an lport. */
int ice_mp_ethdev_create(struct ice_mp_pf *pf, uint8_t lport, uint8_t idx);
/** Undo it while it was not announced. */
void ice_mp_ethdev_discard(struct ice_mp_port *port);
/** The ethdev of a port; port->data must be valid. */
static inline struct rte_eth_dev *
ice_mp_port_dev(const struct ice_mp_port *port)
{
	return &rte_eth_devices[port->data->port_id];
}

/* ice_mp_clock.c */
/** Note what time it is, for the time stamps of frames that come in the next two
 * seconds. Event thread (ice_mp_watch.c) and control. */
void ice_mp_clock_tick(struct ice_mp_port *port);
/** The device's clock, ns. @return 0, -EIO: the device is gone */
int ice_mp_read_clock(struct rte_eth_dev *dev, uint64_t *clock);

/* ice_mp_reset.c */
/** Put the function into its known state: MP opt-in, then PFR. */
int ice_mp_pf_reset(struct ice_mp_pf *pf);
/** See to it that the function does no DMA: a PFR, unless a larger reset is
 * under way. Bounded; errors are of no use to the caller. */
void ice_mp_pf_quiet(struct ice_mp_pf *pf);
/** Leave nothing of ours in the function: opt out, PFR. */
void ice_mp_pf_release(struct ice_mp_pf *pf);
/** Wait (bounded) until the device is out of any reset of its own. */
int ice_mp_reset_wait(struct ice_mp_pf *pf);
/** dev_reset: one port torn down and built again. */
int ice_mp_dev_reset(struct rte_eth_dev *dev);

/* ice_mp_recovery.c */
/** The device has reset or is about to: bring every port back. Event thread,
 * without the control lock; bounded. On failure the ports are reported as
 * removed. */
void ice_mp_recover(struct ice_mp_pf *pf);

/** Largest frame of the MAC with the port's MTU, bytes with FCS. */
uint16_t ice_mp_port_max_frame(const struct ice_mp_port *port);

/** Is the device still on its bus? */
static inline bool
ice_mp_present(const struct ice_mp_pf *pf)
{
	return pf->bus->ops->present(pf->bus);
}

/** Is the device in a reset of its own? */
static inline bool
ice_mp_in_reset(const struct ice_mp_pf *pf)
{
	return (ice_mp_rd32(pf, GLGEN_RSTAT) & GLGEN_RSTAT_DEVSTATE_M) != 0;
}

#endif /* _ICE_MP_PORT_H_ */
