package core

import "testing"

func TestContractHashIsSHA256(t *testing.T) {
	if len(ContractHash) != 64 {
		t.Fatalf("contract hash %q is not 64 hex digits", ContractHash)
	}
}
