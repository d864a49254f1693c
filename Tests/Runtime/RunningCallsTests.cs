using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

/// <summary>Issue 19: native calls that wait for another process for ever.</summary>
public sealed class RunningCallsTests
{
    [Fact]
    public async Task Run_CallThatDoesNotEnd_IsLeftToItselfAndWhatItReturnsLateIsFreed()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using ManualResetEventSlim answer = new();
        TaskCompletionSource<int> freed = new();
        Task<int> waiting = Task.Factory.StartNew(
            () => RunningCalls.Run(
                "TFE_Test",
                () =>
                {
                    answer.Wait(cancellation);
                    return 7;
                },
                freed.SetResult),
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!waiting.IsCompleted)
        {
            RunningCalls.CancelOlderThan(TimeSpan.FromMilliseconds(5));
            await Task.Delay(1, cancellation);
        }

        TfStatusException failure = await Assert.ThrowsAsync<TfStatusException>(() => waiting);
        Assert.Equal(TfStatusCode.DeadlineExceeded, failure.Code);
        Assert.Contains("TFE_Test", failure.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, RunningCalls.Longest);
        Assert.False(freed.Task.IsCompleted);
        answer.Set();
        Assert.Equal(7, await freed.Task);
    }

    [Fact]
    public void Run_CallThatEndsOrFails_GivesItsResultOrItsException()
    {
        Assert.Equal(7, RunningCalls.Run("TFE_Test", () => 7, _ => Assert.Fail("it was not left to itself")));
        TfStatusException failure = new(TfStatusCode.Unavailable, "gone", "TFE_Test");
        Assert.Same(failure, Assert.Throws<TfStatusException>(() => RunningCalls.Run<int>("TFE_Test", () => throw failure, _ => { })));
    }

    /// <summary>An objective that is evaluated op by op wraps what it throws, another one around it once more.</summary>
    [Fact]
    public void Run_FailureAtTheRootOfOthers_IsRecovered()
    {
        TfStatusException root = new(TfStatusCode.DeadlineExceeded, "no answer", "TFE_TensorHandleResolve");
        TfLbfgsException failure = new("the objective", new TfLbfgsException("its part", root));
        int evaluations = 0, forgotten = 0;
        int result = Repetition.Run(
            () => evaluations++ == 0 ? throw failure : evaluations,
            (seen, attempt) => ReferenceEquals(seen, root) && attempt == 0,
            () => forgotten++);
        Assert.Equal((2, 1), (result, forgotten));
    }
}
