using System.Runtime.ExceptionServices;

namespace TfLbfgs.Tests.Support;

/// <summary>Runs code on a thread of its own and hands its exception on.</summary>
internal static class OtherThread
{
    public static void Run(Action action)
    {
        Exception? thrown = null;
        Thread thread = new(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        });
        thread.Start();
        thread.Join();
        if (thrown is not null)
            ExceptionDispatchInfo.Throw(thrown);
    }
}
