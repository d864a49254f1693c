using TfLbfgs.Functions;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

public sealed class ThreadTests : LeakChecked
{
    [Fact]
    public void EightThreads_TenThousandOpsAndCalls_NoErrorNothingWrong()
    {
        const int threads = 8;
        const int rounds = 10_000;
        using Function affine = new(x => x * 2 + 1);
        using Tensor shared = Tensor.Scalar(0.5);
        int wrong = 0;
        List<Exception> errors = [];
        List<Thread> workers = [];
        using CancellationTokenSource stop = new();
        for (int t = 0; t < threads; t++)
        {
            int seed = t;
            Thread worker = new(() =>
            {
                try
                {
                    for (int i = 0; i < rounds; i++)
                    {
                        double value = seed * rounds + i;
                        using Tensor x = Tensor.Scalar(value);
                        using Tensor y = x + shared;
                        using Tensor z = affine.Call(y)[0];
                        if (z.ToScalar<double>() != 2 * (value + 0.5) + 1)
                            Interlocked.Increment(ref wrong);
                    }
                }
                catch (Exception e)
                {
                    lock (errors)
                        errors.Add(e);
                }
            });
            workers.Add(worker);
            worker.Start();
        }

        Thread collector = new(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Thread.Sleep(5);
            }
        });
        collector.Start();
        workers.ForEach(worker => worker.Join());
        stop.Cancel();
        collector.Join();
        Assert.Empty(errors);
        Assert.Equal(0, wrong);
    }
}
