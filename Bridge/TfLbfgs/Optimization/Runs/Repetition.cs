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

    private static TfStatusException? StatusOf(TfLbfgsException e) => (e as TfStatusException) ?? (e.InnerException as TfStatusException);
}
