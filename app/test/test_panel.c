/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file LED, EEPROMs, registers. */

#include <errno.h>

#include <rte_dev_info.h>

#include "test.h"

#define STATE_OF_1	"lport\":1,\"mac"
#define FLASH		0x40000u

static int
led(void)
{
	T_EQ(t_state(T_DEV, STATE_OF_1, "led"), 0);
	T_EQ(rte_eth_led_on(F.id[1]), 0);
	T_EQ(t_state(T_DEV, STATE_OF_1, "led"), 1);
	T_EQ(t_state(T_DEV, "ports", "led"), 0);
	T_EQ(rte_eth_led_off(F.id[0]), 0);
	T_EQ(t_state(T_DEV, STATE_OF_1, "led"), 1);
	T_EQ(rte_eth_led_off(F.id[1]), 0);
	T_EQ(t_state(T_DEV, STATE_OF_1, "led"), 0);
	T_TRY(t_fault("aq fail op=0x06E9"));
	T_CHECK(rte_eth_led_on(F.id[1]) < 0, "a refusal is no error");
	return 0;
}

/* The NVM's first word is 0x0040, at 0x10000 a bank of it begins. */
static int
eeprom(void)
{
	static uint8_t all[FLASH], part[8192];
	struct rte_dev_eeprom_info info = { .data = all, .length = FLASH };

	T_EQ(rte_eth_dev_get_eeprom_length(F.id[0]), FLASH);
	T_EQ(rte_eth_dev_get_eeprom(F.id[0], &info), 0);
	T_EQ(info.magic, 0x8086 | 0x1592 << 16);
	T_EQ(all[0], 0x40);
	T_EQ(all[0x10000 + 4], 0xA1);
	T_CHECK(memcmp(all + 0x30000, "$CIV", 4) == 0, "no option ROM version");
	/* Any part of it, across sectors. */
	info = (struct rte_dev_eeprom_info){ .data = part, .offset = 0x2FF7D, .length = 8000 };
	T_EQ(rte_eth_dev_get_eeprom(F.id[F.nb - 1], &info), 0);
	T_CHECK(memcmp(part, all + 0x2FF7D, 8000) == 0, "another content");
	info.offset = FLASH - 8000;
	T_EQ(rte_eth_dev_get_eeprom(F.id[0], &info), 0);
	info.offset++;
	T_EQ(rte_eth_dev_get_eeprom(F.id[0], &info), -EINVAL);
	info.offset = UINT32_MAX;
	T_EQ(rte_eth_dev_get_eeprom(F.id[0], &info), -EINVAL);
	return 0;
}

/* An error on the way is one of the call, and the lock is not kept. */
static int
eeprom_errors(void)
{
	uint8_t part[8];
	struct rte_dev_eeprom_info info = { .data = part, .length = sizeof(part) };

	T_TRY(t_fault("aq fail op=0x0701 nth=3 rc=5"));
	T_CHECK(rte_eth_dev_get_eeprom_length(F.id[0]) < 0, "a length in spite of an error");
	T_EQ(rte_eth_dev_get_eeprom_length(F.id[0]), FLASH);
	T_TRY(t_fault("aq fail op=0x0701"));
	T_CHECK(rte_eth_dev_get_eeprom(F.id[0], &info) < 0, "an error was not told");
	T_TRY(t_fault("aq short op=0x0701 len=3"));
	T_CHECK(rte_eth_dev_get_eeprom(F.id[0], &info) < 0, "three bytes of eight");
	T_TRY(t_fault("aq fail op=0x0008"));
	T_CHECK(rte_eth_dev_get_eeprom(F.id[0], &info) < 0, "without the lock");
	T_EQ(rte_eth_dev_get_eeprom(F.id[0], &info), 0);
	return 0;
}

static uint8_t
sum(const uint8_t *e, unsigned int from, unsigned int to)
{
	uint8_t s = 0;

	while (from < to)
		s += e[from++];
	return s;
}

/* A cable per port, each with its serial number. */
static int
module(void)
{
	uint8_t e[T_MAX_PORTS][RTE_ETH_MODULE_SFF_8636_MAX_LEN], part[300];
	struct rte_eth_dev_module_info type;
	struct rte_dev_eeprom_info info;
	unsigned int i;

	for (i = 0; i < F.nb; i++) {
		T_EQ(rte_eth_dev_get_module_info(F.id[i], &type), 0);
		T_EQ(type.type, RTE_ETH_MODULE_SFF_8636);
		T_EQ(type.eeprom_len, sizeof(e[i]));
		memset(e[i], 0xEE, sizeof(e[i]));
		info = (struct rte_dev_eeprom_info){ .data = e[i], .length = sizeof(e[i]) };
		T_EQ(rte_eth_dev_get_module_eeprom(F.id[i], &info), 0);
		T_EQ(e[i][0], 0x11);
		T_EQ(e[i][128], 0x11);
		T_EQ(e[i][191], sum(e[i], 128, 191));
		T_EQ(e[i][223], sum(e[i], 192, 223));
		T_CHECK(memcmp(e[i] + 148, "ICE_MP          ", 16) == 0, "another vendor");
		T_EQ(sum(e[i], 256, sizeof(e[i])), 0);
		T_CHECK(i == 0 || memcmp(e[0] + 196, e[i] + 196, 16) != 0,
			"lport %u has the cable of lport 0", i);
	}
	/* Some of it, at no boundary. */
	info = (struct rte_dev_eeprom_info){ .data = part, .offset = 101, .length = 299 };
	part[299] = 0xEE;
	T_EQ(rte_eth_dev_get_module_eeprom(F.id[0], &info), 0);
	T_CHECK(memcmp(part, e[0] + 101, 299) == 0, "another content");
	T_EQ(part[299], 0xEE);
	info.offset = sizeof(e[0]) - 298;
	T_EQ(rte_eth_dev_get_module_eeprom(F.id[0], &info), -EINVAL);
	return 0;
}

static int
module_errors(void)
{
	uint8_t e[256];
	struct rte_dev_eeprom_info info = { .data = e, .length = sizeof(e) };
	struct rte_eth_dev_module_info type;

	/* Busy (12) passes, when it is not for ever. */
	T_TRY(t_fault("aq fail op=0x06EE rc=12 count=3"));
	T_EQ(rte_eth_dev_get_module_info(F.id[0], &type), 0);
	T_TRY(t_fault("aq fail op=0x06EE rc=12 count=4"));
	T_EQ(rte_eth_dev_get_module_info(F.id[0], &type), -EBUSY);
	/* No such device: no module. */
	T_TRY(t_fault("aq fail op=0x06EE rc=6"));
	T_EQ(rte_eth_dev_get_module_info(F.id[0], &type), -ENXIO);
	T_TRY(t_fault("aq fail op=0x06EE rc=5 nth=20"));
	T_EQ(rte_eth_dev_get_module_eeprom(F.id[0], &info), -EIO);
	T_TRY(t_fault("aq short op=0x06EE len=1 nth=5"));
	T_EQ(rte_eth_dev_get_module_eeprom(F.id[0], &info), -EIO);
	T_EQ(rte_eth_dev_get_module_eeprom(F.id[0], &info), 0);
	return 0;
}

/* Registers of the port's own queues: what runs is seen to run. */
static int
registers(void)
{
	struct rte_dev_reg_info info = { .data = NULL };
	struct rte_eth_dev_info dev;
	uint32_t *all, *part, q;
	uint32_t n, first;

	T_TRY(t_up(0, &(struct t_up){ .rxq = 3 }));
	T_TRY(t_up(1, NULL));
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[0], 1), 0);
	T_EQ(rte_eth_dev_info_get(F.id[0], &dev), 0);
	T_EQ(rte_eth_dev_get_reg_info(F.id[0], &info), 0);
	T_EQ(info.width, 4);
	T_CHECK(info.version != 0, "no version");
	n = info.length;
	/* 13 of the function, then 5 of each queue. */
	T_EQ(n, 13 + 5 * dev.max_rx_queues);
	all = calloc(n, sizeof(*all));
	part = calloc(n, sizeof(*part));
	T_CHECK(all != NULL && part != NULL, "no memory");
	info.data = all;
	T_EQ(rte_eth_dev_get_reg_info(F.id[0], &info), 0);
	T_EQ(all[0] & 3, 0);			/* GLGEN_RSTAT: no reset */
	T_CHECK(all[7] & 1u << 31, "the AdminQ is off");
	first = 13;
	for (q = 0; q < 4; q++)
		T_EQ(all[first + q] & 1, q == 0 || q == 2);	/* QRX_CTRL */
	T_CHECK(all[first + dev.max_rx_queues] != 0, "no buffers were posted");
	info = (struct rte_dev_reg_info){ .data = part, .offset = first, .length = 4 };
	T_EQ(rte_eth_dev_get_reg_info(F.id[0], &info), 0);
	T_CHECK(memcmp(part, all + first, 16) == 0 && part[4] == 0, "another part");
	info.offset = n - 3;
	T_EQ(rte_eth_dev_get_reg_info(F.id[0], &info), -EINVAL);
	info.offset = first;
	T_EQ(rte_eth_dev_get_reg_info(F.id[1], &info), 0);
	T_EQ(part[0] & 1, 1);
	T_EQ(part[2] & 1, 0);
	free(part);
	free(all);
	return t_wait_link(0, true);
}

static const struct t_case cases[] = {
	{ "led", led, 2, T_SIM, NULL },
	{ "eeprom", eeprom, 1, 0, NULL },
	{ "eeprom_errors", eeprom_errors, 1, T_SIM, NULL },
	{ "module", module, 2, 0, NULL },
	{ "module_errors", module_errors, 1, T_SIM, NULL },
	{ "registers", registers, 2, 0, NULL },
};

T_SUITE(panel, cases);
