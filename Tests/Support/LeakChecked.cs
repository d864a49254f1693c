using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// The base of test classes that use TensorFlow: after each test no native handle may be left that was not there before. Handle counters
/// are process-wide, so these tests run one after another.
/// </summary>
[Collection("TensorFlow")]
public abstract class LeakChecked : IDisposable
{
    private readonly IReadOnlyDictionary<string, long> _before = LiveHandles.Snapshot();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        // What XLA compiles beside a run that is over is freed when it is done.
        CompilingCall.WaitForAbandoned();
        IReadOnlyDictionary<string, long> after = LiveHandles.Snapshot();
        List<string> left =
            [.. after.Where(entry => entry.Value > _before.GetValueOrDefault(entry.Key))
            .Select(entry => $"{entry.Key}: {entry.Value - _before.GetValueOrDefault(entry.Key)}")];
        Assert.True(left.Count == 0,
            $"native handles left: {string.Join(", ", left)}\n{string.Join("\n---\n", LiveHandles.Origins().Take(5))}");
    }
}
