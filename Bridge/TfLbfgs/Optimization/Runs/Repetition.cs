using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>Evaluations that are repeated where what failed was mended, such as a worker that was lost and replaced.</summary>
internal static class Repetition
{
    /// <summary>Evaluates, as often as failures are mended.</summary>
    /// <param name="evaluate">One evaluation, from what is there now.</param>
    /// <param name="recover">From what TensorFlow said, and the number of repetitions before, to whether to repeat; null: never.</param>
    /// <param name="forget">Forgets what was traced, which names devices that may be others now.</param>
    public static T Run<T>(Func<T> evaluate, Func<TfStatusException, int, bool>? recover, Action forget)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return evaluate();
            }
            catch (TfLbfgsException e) when (recover is not null && StatusOf(e) is not null)
            {
                if (!recover(StatusOf(e)!, attempt))
                    throw;
            }

            forget();
        }
    }

    /// <summary>What TensorFlow said where that is at the root of a failure; null: another cause.</summary>
    public static TfStatusException? StatusOf(TfLbfgsException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is TfStatusException status)
                return status;
        }

        return null;
    }
}
