using System.Globalization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// What the bits of a run depend on besides the problem. Under another one the same steps are right, but not the same bits.
/// </summary>
/// <param name="TensorFlow">The version of the library.</param>
/// <param name="IntraOpThreads">As asked for; 0: TensorFlow decides, by <paramref name="Processors"/>.</param>
/// <param name="InterOpThreads">As asked for.</param>
/// <param name="Processors">Of the machine or container.</param>
/// <param name="OneDnn">The setting of oneDNN's kernels: 1, 0, or empty for the default.</param>
/// <param name="Device">The kind of device that holds the vectors.</param>
internal sealed record RunEnvironment(string TensorFlow, int IntraOpThreads, int InterOpThreads, int Processors, string OneDnn,
    string Device)
{
    /// <summary>Where a run stands now.</summary>
    /// <param name="deviceName">The full name of the device that holds the vectors.</param>
    public static RunEnvironment Of(string deviceName)
    {
        RuntimeOptions options = TfRuntime.Options;
        string oneDnn = options.OneDnn is { } asked ? asked ? "1" : "0" : Environment.GetEnvironmentVariable("TF_ENABLE_ONEDNN_OPTS") ?? "";
        string kind = TfRuntime.Devices.FirstOrDefault(device => device.Name == deviceName)?.Kind ?? "";
        return new RunEnvironment(TfRuntime.Version, options.IntraOpThreads, options.InterOpThreads, Environment.ProcessorCount,
            oneDnn, kind);
    }

    /// <summary>What differs from another environment, in words; null: nothing.</summary>
    public string? Difference(RunEnvironment saved)
    {
        (string What, string Here, string There)[] all =
        [
            ("TensorFlow", TensorFlow, saved.TensorFlow),
            ("IntraOpThreads", Number(IntraOpThreads), Number(saved.IntraOpThreads)),
            ("InterOpThreads", Number(InterOpThreads), Number(saved.InterOpThreads)),
            ("processors", Number(Processors), Number(saved.Processors)),
            ("oneDNN setting", OneDnn, saved.OneDnn),
            ("kind of device", Device, saved.Device),
        ];
        string[] differ =
            [.. all.Where(entry => entry.Here != entry.There).Select(entry => $"{entry.What} '{entry.There}' instead of '{entry.Here}'")];
        return differ.Length == 0 ? null : string.Join(", ", differ);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
