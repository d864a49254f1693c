using System.Diagnostics;
using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Real TensorFlow, Keras, tfp and SciPy, where they are installed beside the checkout. Tests that need them carry <c>Category=Peers</c>.
/// </summary>
internal static class Peers
{
    /// <summary>
    /// The program that starts Python with the peers on its path: the environment variable <c>TFLBFGS_PEERS_PYTHON</c>, or beside the
    /// checkout.
    /// </summary>
    public static string Script { get; } = Environment.GetEnvironmentVariable("TFLBFGS_PEERS_PYTHON")
        ?? Path.GetFullPath(Path.Combine(Checkout.Root, "..", "shared", "peers", "python"));

    /// <summary>Skips the test when the peers are not there.</summary>
    public static void Require() => Assert.SkipUnless(File.Exists(Script), "the Python peers (../shared/peers/python) are not there");

    /// <summary>Runs a Python program with the peers on its path and returns what it prints; fails the test when it fails.</summary>
    public static string Run(string program, params string[] arguments)
    {
        Require();
        ProcessStartInfo start = new(Script, ["-c", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TF_CPP_MIN_LOG_LEVEL"] = "3";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"python failed:\n{errors.Result}\n{output}");
        return output;
    }
}
