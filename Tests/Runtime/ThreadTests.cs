using TfLbfgs.Functions;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

public sealed class ThreadTests : LeakChecked
{
    [Fact]
    public void Tn455_TensorVariableAndFunctionOfOneThread_WorkOnAnother()
    {
        using Tensor x = Tensor.From([1.0, 2.0, 3.0]);
        using Variable scale = new(x, "scale");
        using Function product = new(input => input * scale.Value);
        using (Tensor here = product.Call(x)[0])
            Assert.Equal([1.0, 4.0, 9.0], here.ToArray<double>());
        Tensor? made = null;
        Exception? error = null;
        Thread other = new(() =>
        {
            try
            {
                made = product.Call(x)[0];
                scale.Assign(made);
            }
            catch (Exception e)
            {
                error = e;
            }
        });
        other.Start();
        other.Join();
        Assert.Null(error);
        using (made)
        using (Tensor value = scale.Value)
        {
            Assert.Equal([1.0, 4.0, 9.0], made!.ToArray<double>());
            Assert.Equal([1.0, 4.0, 9.0], value.ToArray<double>());
        }
    }

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
                // What the workers drop is young; a collection of all that other tests left would take the time of the test.
                GC.Collect(1);
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
