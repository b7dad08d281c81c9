package main

import (
	sequence "example.com/pulumi-sequence-remote-api/sdk/go/sequenceremoteapi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		api, err := sequence.NewRemoteApi(ctx, "sequence", &sequence.RemoteApiArgs{
			AccessToken: settings.RequireSecret("accessToken"),
			// No answer above this, ever.
			CeilingCents: pulumi.Float64(500_000),
			Amounts: map[string]sequence.AmountInput{
				// The same every time.
				"rent": sequence.AmountArgs{Kind: sequence.AmountKindFixed, Cents: pulumi.Float64(150_000)},
				// What the pod lacks to $500, but at most $200 at once.
				"buffer": sequence.AmountArgs{
					Kind:        sequence.AmountKindTopUp,
					Account:     pulumi.String("Bills Pod"),
					TargetCents: pulumi.Float64(50_000),
					MaxCents:    pulumi.Float64(20_000),
				},
				// All above $10,000, in whole hundreds of dollars.
				"excess": sequence.AmountArgs{
					Kind:         sequence.AmountKindSweep,
					Account:      pulumi.String("Main Operating Pod"),
					FloorCents:   pulumi.Float64(1_000_000),
					RoundToCents: pulumi.Float64(10_000),
				},
			},
			Triggers: map[string]sequence.TriggerInput{
				"payday": sequence.TriggerArgs{
					RuleId:    "ru_12345",
					ApiSecret: settings.RequireSecret("paydaySecret"),
					// At nine in the morning on the 1st and the 15th.
					Schedule: pulumi.StringRef("cron(0 9 1,15 * ? *)"),
					Timezone: pulumi.StringRef("America/New_York"),
					// What the rule asks for then: a mail tells you if it doesn't, or if one can't be answered.
					Asks: []string{"rent", "buffer", "excess"},
				},
			},
			AlarmEmail: pulumi.String(settings.Require("alarmEmail")),
		})
		if err != nil {
			return err
		}
		// Secret: paste each into the rule in Sequence that asks for it.
		ctx.Export("amountUrls", api.AmountUrls)
		ctx.Export("dashboardUrl", api.DashboardUrl)
		return nil
	})
}
