/* agent.h: whether a program that writes and reads text for its user calls. */
#ifndef CLI_AGENT_H
#define CLI_AGENT_H

#include <stdbool.h>

/*
 * As hf 2.4 tells from the environment, by the list of such programs that it
 * keeps in HF_HOME (.agent_harnesses.json). Without the list nobody is one.
 */
bool agent_calls(void);

#endif
