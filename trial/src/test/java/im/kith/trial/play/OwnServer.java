package im.kith.trial.play;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The trial, or all trials of the class one after the other, have a server to themselves: to crash it or to set it up
/// differently.
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface OwnServer {

    /// Settings as `key=value`, on top of those that every trial's server has.
    String[] set() default {};
}
