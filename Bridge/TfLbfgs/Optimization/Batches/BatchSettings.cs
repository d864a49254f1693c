namespace TfLbfgs.Optimization;

/// <summary>What the members of a batch have in common.</summary>
/// <param name="Options">How they search and stop.</param>
/// <param name="Search">How they find a step.</param>
/// <param name="Limits">What the options say to the rules.</param>
/// <param name="Memory">The most pairs of a member.</param>
/// <param name="HasScale">Whether the user gave the diagonal to start from, so that the first step needs no guess.</param>
/// <param name="FollowsSteps">Whether the length of D follows the steps: see <see cref="LengthShare"/>.</param>
/// <param name="FirstCapScore">See <see cref="FirstTrial.BeginningScore"/>.</param>
internal sealed record BatchSettings(
    BatchOptions Options, LineSearch Search, RuleLimits<HostScalar> Limits, int Memory, bool HasScale, bool FollowsSteps,
        double FirstCapScore);
