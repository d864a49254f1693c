using System.Diagnostics;

namespace TfLbfgs.Benchmarks.Running;

/// <summary>A solver that measures itself in a process of its own and prints one row as JSON.</summary>
/// <param name="Name">Its name in the rows.</param>
/// <param name="Flatten">How it makes variables of the vector; null: not said.</param>
/// <param name="IsOwn">Whether it is ours.</param>
/// <param name="Command">Makes its process for a workload and further arguments.</param>
/// <param name="CanSkipTarget">Whether it knows <c>--no-target</c>.</param>
internal sealed record Competitor(string Name, string? Flatten, bool IsOwn, Func<string, IReadOnlyList<string>, ProcessStartInfo> Command,
    bool CanSkipTarget = true);
