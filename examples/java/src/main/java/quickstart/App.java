package quickstart;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.sequenceremoteapi.RemoteApi;
import com.pulumi.sequenceremoteapi.RemoteApiArgs;
import com.pulumi.sequenceremoteapi.enums.AmountKind;
import com.pulumi.sequenceremoteapi.inputs.AmountArgs;
import com.pulumi.sequenceremoteapi.inputs.TriggerArgs;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var config = ctx.config();
        var api = new RemoteApi("sequence", RemoteApiArgs.builder()
            .accessToken(config.requireSecret("accessToken"))
            // No answer above this, ever.
            .ceilingCents(500_000.0)
            .amounts(Map.of(
                // The same every time.
                "rent", AmountArgs.builder().kind(AmountKind.Fixed).cents(150_000.0).build(),
                // What the pod lacks to $500, but at most $200 at once.
                "buffer", AmountArgs.builder()
                    .kind(AmountKind.TopUp)
                    .account("Bills Pod")
                    .targetCents(50_000.0)
                    .maxCents(20_000.0)
                    .build(),
                // All above $10,000, in whole hundreds of dollars.
                "excess", AmountArgs.builder()
                    .kind(AmountKind.Sweep)
                    .account("Main Operating Pod")
                    .floorCents(1_000_000.0)
                    .roundToCents(10_000.0)
                    .build()))
            .triggers(Map.of(
                "payday", TriggerArgs.builder()
                    .ruleId("ru_12345")
                    .apiSecret(config.requireSecret("paydaySecret"))
                    // At nine in the morning on the 1st and the 15th.
                    .schedule("cron(0 9 1,15 * ? *)")
                    .timezone("America/New_York")
                    // What the rule asks for then: a mail tells you if it doesn't, or if one can't be answered.
                    .asks("rent", "buffer", "excess")
                    .build()))
            .alarmEmail(config.require("alarmEmail"))
            .build());

        // Secret: paste each into the rule in Sequence that asks for it.
        ctx.export("amountUrls", api.amountUrls());
        ctx.export("dashboardUrl", api.dashboardUrl());
    }
}
